import Testing

@testable import Publishing

@Suite("Documents as Markdown and HTML") struct DocumentTests {
  private static let nasty = "50 % <script>alert(1)</script> a_b *c* | [d](e) & 'f' \"g\" `h` #i\nj\r\n– é"

  @Test("Markdown shows every character of a text as itself") func markdown() {
    var document = Document(title: Self.nasty)
    document.add(.table(.init(header: ["a|b", "n"], textColumns: 1, rows: [["x\ny", "1"]])))
    document.add(.code("slablab run '```'"))
    #expect(
      document.markdown == ##"""
        # 50 % &lt;script&gt;alert(1)&lt;/script&gt; a\_b \*c\* \| \[d\](e) &amp; 'f' "g" \`h\` \#i j – é

        | a\|b | n |
        | :-- | --: |
        | x y | 1 |

        ````
        slablab run '```'
        ````

        """##)
  }

  @Test("HTML holds no markup that it did not write") func html() {
    var document = Document(title: Self.nasty)
    document.add(.heading(Self.nasty))
    document.add(.warning(Self.nasty))
    document.add(.code(Self.nasty))
    document.add(.table(.init(header: [Self.nasty], textColumns: 1, rows: [[Self.nasty]])))
    let html = document.html
    #expect(!html.contains("<script"))
    let shown =
      "50 % &lt;script&gt;alert(1)&lt;/script&gt; a_b *c* | [d](e) &amp; &#39;f&#39; &quot;g&quot; `h` #i j – é"
    for tag in ["title", "h1", "h2", "th", "td"] { #expect(html.contains("<\(tag)>\(shown)</\(tag)>")) }
    #expect(html.contains("<p class=\"warning\">\(shown)</p>"))
  }
}
