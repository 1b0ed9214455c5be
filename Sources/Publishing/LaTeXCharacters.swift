/// What LaTeX calls the characters that it does not take as they are, in commands of its kernel alone.
enum LaTeXCharacters {
  /// In text.
  static let commands: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}",
    "|": "\\textbar{}", "\"": "{\\char34}", "'": "\\textquotesingle{}", "`": "\\textasciigrave{}",
    // Options and line ends would take brackets for their own.
    "[": "{[}", "]": "{]}",
    "\u{A0}": "~", "\u{2009}": "\\,", "\u{202F}": "\\,", "\u{AD}": "\\-", "\u{200B}": "{}", "\u{FEFF}": "{}",
    "–": "\\textendash{}", "—": "\\textemdash{}", "‐": "-", "‑": "-", "…": "\\dots{}", "•": "\\textbullet{}",
    "‘": "\\textquoteleft{}", "’": "\\textquoteright{}", "“": "\\textquotedblleft{}", "”": "\\textquotedblright{}",
    "„": t1("quotedblbase"), "‚": t1("quotesinglbase"), "«": t1("guillemotleft"), "»": t1("guillemotright"),
    "†": "\\dag{}", "‡": "\\ddag{}", "§": "\\S{}", "¶": "\\P{}", "©": "\\textcopyright{}", "®": "\\textregistered{}",
    "™": "\\texttrademark{}", "°": "\\textdegree{}", "ª": "\\textordfeminine{}", "º": "\\textordmasculine{}",
    "€": "\\texteuro{}", "£": "\\textsterling{}", "¥": "\\textyen{}", "¢": "\\textcent{}", "¤": "\\textcurrency{}",
    "¡": "\\textexclamdown{}", "¿": "\\textquestiondown{}", "‰": "\\textperthousand{}", "№": "\\textnumero{}",
    "¦": "\\textbrokenbar{}", "½": "\\textonehalf{}", "¼": "\\textonequarter{}", "¾": "\\textthreequarters{}",
    "ß": "\\ss{}", "æ": "\\ae{}", "Æ": "\\AE{}", "œ": "\\oe{}", "Œ": "\\OE{}", "ø": "\\o{}", "Ø": "\\O{}",
    "å": "\\aa{}", "Å": "\\AA{}", "ł": "\\l{}", "Ł": "\\L{}", "ı": "\\i{}", "ȷ": "\\j{}",
    "ð": t1("dh"), "Ð": t1("DH"), "þ": t1("th"), "Þ": t1("TH"), "đ": t1("dj"), "Đ": t1("DJ"), "ŋ": t1("ng"),
    "Ŋ": t1("NG"),
  ]

  /// For what the fonts of the oldest encoding lack; every LaTeX knows T1 even where a document does not use it.
  private static func t1(_ name: String) -> String { "{\\fontencoding{T1}\\selectfont\\\(name){}}" }

  /// In mathematics.
  static let symbols: [Character: String] = [
    "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon", "ϵ": "\\epsilon",
    "ζ": "\\zeta", "η": "\\eta", "θ": "\\theta", "ϑ": "\\vartheta", "ι": "\\iota", "κ": "\\kappa", "λ": "\\lambda",
    "μ": "\\mu", "\u{B5}": "\\mu", "ν": "\\nu", "ξ": "\\xi", "ο": "o", "π": "\\pi", "ϖ": "\\varpi", "ρ": "\\rho",
    "ϱ": "\\varrho", "σ": "\\sigma", "ς": "\\varsigma", "τ": "\\tau", "υ": "\\upsilon", "φ": "\\varphi",
    "ϕ": "\\phi", "χ": "\\chi", "ψ": "\\psi", "ω": "\\omega",
    "Α": "\\mathrm{A}", "Β": "\\mathrm{B}", "Γ": "\\Gamma", "Δ": "\\Delta", "Ε": "\\mathrm{E}", "Ζ": "\\mathrm{Z}",
    "Η": "\\mathrm{H}", "Θ": "\\Theta", "Ι": "\\mathrm{I}", "Κ": "\\mathrm{K}", "Λ": "\\Lambda", "Μ": "\\mathrm{M}",
    "Ν": "\\mathrm{N}", "Ξ": "\\Xi", "Ο": "\\mathrm{O}", "Π": "\\Pi", "Ρ": "\\mathrm{P}", "Σ": "\\Sigma",
    "Τ": "\\mathrm{T}", "Υ": "\\Upsilon", "Φ": "\\Phi", "Χ": "\\mathrm{X}", "Ψ": "\\Psi", "Ω": "\\Omega",
    "℘": "\\wp", "ℓ": "\\ell", "ℏ": "\\hbar", "ℜ": "\\Re", "ℑ": "\\Im", "ℵ": "\\aleph",
    "ℝ": "\\mathbf{R}", "ℕ": "\\mathbf{N}", "ℤ": "\\mathbf{Z}", "ℚ": "\\mathbf{Q}", "ℂ": "\\mathbf{C}",
    "ℙ": "\\mathbf{P}", "𝔼": "\\mathbf{E}",
    "−": "-", "±": "\\pm", "∓": "\\mp", "×": "\\times", "÷": "\\div", "·": "\\cdot", "⋅": "\\cdot", "∗": "\\ast",
    "∘": "\\circ", "⊕": "\\oplus", "⊗": "\\otimes", "√": "\\surd", "∞": "\\infty", "∂": "\\partial", "∇": "\\nabla",
    "∑": "\\textstyle\\sum", "∏": "\\textstyle\\prod", "∫": "\\textstyle\\int", "¬": "\\neg", "∧": "\\wedge",
    "∨": "\\vee", "∀": "\\forall", "∃": "\\exists", "∅": "\\emptyset", "∈": "\\in", "∉": "\\notin", "∋": "\\ni",
    "⊂": "\\subset", "⊃": "\\supset", "⊆": "\\subseteq", "⊇": "\\supseteq", "∪": "\\cup", "∩": "\\cap",
    "∖": "\\setminus", "≤": "\\leq", "≥": "\\geq", "≠": "\\neq", "≪": "\\ll", "≫": "\\gg", "≈": "\\approx",
    "∼": "\\sim", "≃": "\\simeq", "≅": "\\cong", "≡": "\\equiv", "∝": "\\propto", "⊥": "\\perp", "∣": "\\mid",
    "∥": "\\parallel", "‖": "\\Vert", "⟨": "\\langle", "⟩": "\\rangle", "⌊": "\\lfloor", "⌋": "\\rfloor",
    "⌈": "\\lceil", "⌉": "\\rceil", "→": "\\rightarrow", "←": "\\leftarrow", "↔": "\\leftrightarrow",
    "↑": "\\uparrow", "↓": "\\downarrow", "⇒": "\\Rightarrow", "⇐": "\\Leftarrow", "⇔": "\\Leftrightarrow",
    "↦": "\\mapsto", "′": "'", "″": "''", "★": "\\star", "⋆": "\\star", "◇": "\\diamond", "△": "\\triangle",
    "⋯": "\\cdots", "⋮": "\\vdots", "⟂": "\\perp",
    "⁰": "^{0}", "¹": "^{1}", "²": "^{2}", "³": "^{3}", "⁴": "^{4}", "⁵": "^{5}", "⁶": "^{6}", "⁷": "^{7}", "⁸": "^{8}",
    "⁹": "^{9}", "⁺": "^{+}", "⁻": "^{-}", "⁼": "^{=}", "⁽": "^{(}", "⁾": "^{)}", "ⁿ": "^{n}", "ⁱ": "^{i}",
    "₀": "_{0}", "₁": "_{1}", "₂": "_{2}", "₃": "_{3}", "₄": "_{4}", "₅": "_{5}", "₆": "_{6}", "₇": "_{7}",
    "₈": "_{8}", "₉": "_{9}", "₊": "_{+}", "₋": "_{-}", "₌": "_{=}", "ₙ": "_{n}", "ₖ": "_{k}", "ₗ": "_{l}",
    "ᵢ": "_{i}", "ⱼ": "_{j}", "ₘ": "_{m}", "ₚ": "_{p}", "ₓ": "_{x}",
  ]

  struct Accent: Sendable {
    let command: String
    /// Its name in mathematics, for Greek letters.
    var symbol: String?
    var isAbove = true
  }

  /// By the combining character.
  static let accents: [Unicode.Scalar: Accent] = [
    "\u{300}": Accent(command: "\\`", symbol: "\\grave"),
    "\u{301}": Accent(command: "\\'", symbol: "\\acute"),
    "\u{302}": Accent(command: "\\^", symbol: "\\hat"),
    "\u{303}": Accent(command: "\\~", symbol: "\\tilde"),
    "\u{304}": Accent(command: "\\=", symbol: "\\bar"),
    "\u{306}": Accent(command: "\\u", symbol: "\\breve"),
    "\u{307}": Accent(command: "\\.", symbol: "\\dot"),
    "\u{308}": Accent(command: "\\\"", symbol: "\\ddot"),
    "\u{30A}": Accent(command: "\\r"),
    "\u{30B}": Accent(command: "\\H"),
    "\u{30C}": Accent(command: "\\v", symbol: "\\check"),
    "\u{323}": Accent(command: "\\d", isAbove: false),
    "\u{327}": Accent(command: "\\c", isAbove: false),
    "\u{328}": Accent(command: "\\k", isAbove: false),
    "\u{331}": Accent(command: "\\b", isAbove: false),
  ]

  /// What accents stand on.
  static func letter(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "a"..."z", "A"..."Z": "\(scalar)"
    case "æ": "\\ae"
    case "Æ": "\\AE"
    case "ø": "\\o"
    case "Ø": "\\O"
    default: nil
    }
  }
}
