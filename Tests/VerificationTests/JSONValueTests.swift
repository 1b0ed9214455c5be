import Foundation
import Testing

import Verification

@Suite struct JSONValueTests {
  let value: JSONValue

  init() throws {
    let text = #"{"n": 3, "x": -1e-300, "yes": true, "name": "gl", "c": null, "list": [1, 2.5], "part": {"k": [1]}}"#
    value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }

  @Test("each kind reads back")
  func kinds() throws {
    #expect(try value.integer("n") == 3)
    #expect(try value.number("x") == -1e-300)
    #expect(try value.bool("yes"))
    #expect(try value.string("name") == "gl")
    #expect(try value.numberOrNull("c") == nil)
    #expect(try value.numberOrNull("n") == 3)
    #expect(!value.has("c") && value.has("n") && !value.has("absent"))
    #expect(try value.numbers("list") == [1, 2.5])
    #expect(try value.value("part").integers("k") == [1])
    #expect(try value.object("part") == ["k": .array([.number(1)])])
  }

  @Test("what is missing or of another kind is named")
  func errors() throws {
    #expect(throws: JSONValueError.missing(key: "absent")) { try value.number("absent") }
    #expect(throws: JSONValueError.unexpected(key: "yes", found: "a boolean", expected: "a number")) {
      try value.number("yes")
    }
    #expect(throws: JSONValueError.unexpected(key: "x", found: "a number", expected: "an integer")) {
      try value.integer("x")
    }
    #expect(throws: JSONValueError.self) { try value.integers("list") }
    #expect(throws: JSONValueError.self) { try value.value("n").number("inside") }
    let error = #expect(throws: JSONValueError.self) { try value.number("c") }
    #expect(error?.description == "'c' is null; expected a number")
  }
}
