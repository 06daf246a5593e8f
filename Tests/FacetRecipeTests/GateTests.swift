import FacetDiagnostics
import FacetFormat
import Testing

@testable import FacetRecipe

@Suite struct GateParserTests {
  /// The condition with all its brackets.
  private func text(_ condition: Gate.Condition) -> String {
    switch condition {
    case .answer(let name, let label): "\(name.text)==\(label.text)"
    case .compare(let quantity, let comparison, let value):
      "\(quantity.attribute.text).\(quantity.kind)\(quantity.label.map { "[\($0.text)]" } ?? "") \(comparison) \(value)"
    case .not(let inner): "!\(text(inner))"
    case .and(let a, let b): "(\(text(a))&\(text(b)))"
    case .or(let a, let b): "(\(text(a))|\(text(b)))"
    }
  }

  @Test(arguments: [
    ("eyewear == none && age.confidence > 0.6", "(eyewear==none&age.confidence greater 0.6)"),
    ("a==x||b==y&&c==z", "(a==x|(b==y&c==z))"),
    ("(a==x||b==y)&&c==z", "((a==x|b==y)&c==z)"),
    ("a==x && b==y && c==z", "((a==x&b==y)&c==z)"),
    ("!a==x || !!(b != y)", "(!a==x|!!!b==y)"),
    ("age == '20 - 29'", "age==20 - 29"), ("age == \"it's\"", "age==it's"), ("age == 3", "age==3"), ("age == 20s", "age==20s"),
    ("0.5 <= a.confidence[\"x y\"]", "a.confidence[x y] greaterOrEqual 0.5"),
    ("-1e-3 > a.score[2]", "a.score[2] less -0.001"), ("a.score < -2.5", "a.score less -2.5"),
    ("größe == groß", "größe==groß"),
  ]) func conditionsAreReadWithTheirPrecedence(_ source: String, _ expected: String) throws {
    let gate = try GateParser.parse(source)
    #expect(text(gate.condition) == expected && gate.text == source)
  }

  /// The fault as "offset | message | remedy".
  @Test(arguments: [
    ("", "0 | An attribute's name is expected, not the end. | Write, say, eyewear == none."),
    ("a = x", "2 | '=' means nothing here. | Write == to compare."),
    ("a == x & b == y", "7 | '&' means nothing here. | Write && for 'and'."),
    ("a == x and b == y", "7 | '&&', '||' or the end is expected, not 'and'. | Write && for 'and'."),
    ("not a == x", "0 | An attribute's name is expected, not 'not'. | Write ! for 'not'."),
    ("a is x", "2 | '==', '!=' or '.' is expected after 'a', not 'is'. | Write == for 'is'."),
    ("a", "1 | '==', '!=' or '.' is expected after 'a', not the end. | Write, say, a == LABEL."),
    ("a > 0.5", "2 | An answer is not a number. | Compare 'a.confidence' or 'a.score[LABEL]'."),
    ("a.confidnce > 1", "2 | 'confidence' or 'score' or 'value' is expected, not 'confidnce'. | Did you mean 'confidence'?"),
    ("a.score == 1", "8 | '<', '<=', '>' or '>=' is expected, not '=='. | Numbers are hardly ever equal: compare with <, <=, > or >=."),
    ("a.score < b", "10 | A number is expected, not 'b'. | Compare with a number, such as 0.5."),
    ("a.score < 1e999", "10 | A number is expected, not '1e999'. | Compare with a number, such as 0.5."),
    ("a.score[x < 1", "10 | ']' is expected, not '<'. | Close the bracket after the label."),
    ("a ==", "4 | A label is expected, not the end. | Write one of the attribute's labels, in quotes where it has spaces."),
    ("(a == x", "7 | ')' is expected, not the end. | Close the bracket."),
    ("a == 'x", "5 | A quoted label is not closed. | Close it with '."),
    ("a == x)", "6 | '&&', '||' or the end is expected, not ')'. | Join conditions with && and ||; a label with spaces stands in quotes."),
    ("a == x-y", "6 | '-' means nothing here. | A label with such characters stands in quotes: 'a label'."),
  ]) func whatIsWrongIsSaidWithItsPlace(_ source: String, _ expected: String) {
    let fault = #expect(throws: GateFault.self) { try GateParser.parse(source) }
    #expect(fault.map { "\($0.offset) | \($0.message) | \($0.remedy)" } == expected)
  }

  /// The deepest conditions that are read need no more truth values than the engine holds.
  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "a == x || a == x && (", count: depth) + "a == x" + String(repeating: ")", count: depth)
    }
    func depth(_ condition: Gate.Condition) -> Int {
      switch condition {
      case .answer, .compare: 1
      case .not(let inner): depth(inner)
      case .and(let a, let b), .or(let a, let b): max(depth(a), 1 + depth(b))
      }
    }
    #expect(try depth(GateParser.parse(nested(16)).condition) <= GateOperation.maximumDepth)
    #expect(throws: GateFault.self) { try GateParser.parse(nested(17)) }
    #expect(throws: GateFault.self) { try GateParser.parse(String(repeating: "!", count: 1000) + "a == x") }
  }
}

@Suite struct RecipeGateTests {
  /// Errors as "code | place | message | remedy".
  private func errors(_ attributes: String) -> [String] {
    do {
      _ = try Recipe.parse(Array("{\"version\": 1, \"attributes\": {\(attributes)}}".utf8), file: "r.json")
      return []
    } catch {
      return error.diagnostics.map { "\($0.code) | \($0.place ?? "") | \($0.message) | \($0.remedy)" }
    }
  }

  private let eyewear = #""eyewear": {"labels": ["none", "glasses"]}"#

  @Test func aGateNamesWhatThereIs() {
    #expect(errors(eyewear + #", "mood": {"when": "eyewear == none"}"#) == [])
    #expect(
      errors(eyewear + #", "mood": {"when": "eyewaer == none"}"#) == [
        "recipe.gate-name | line 1, column 93: attributes.mood.when | There is no attribute 'eyewaer'. | Did you mean 'eyewear'?"
      ])
    #expect(
      errors(eyewear + #", "mood": {"when": "eyewear == nune || eyewear.confidence[sun] > 0.5"}"#) == [
        "recipe.gate-label | line 1, column 104: attributes.mood.when | 'nune' is not a label of 'eyewear'. | Did you mean 'none'?",
        "recipe.gate-label | line 1, column 131: attributes.mood.when | 'sun' is not a label of 'eyewear'. | Its labels are none, glasses.",
      ])
    #expect(
      errors(#""age": {}, "mood": {"when": "age == old"}"#) == [
        "recipe.gate-label | line 1, column 67: attributes.mood.when | 'age' has no labels. | "
          + "Give it \"labels\", or name a class by its number."
      ])
    let unsure = errors(#""age": {"confidence": "none"}, "mood": {"when": "age.confidence > 0.5"}"#)
    #expect(unsure.map { $0.prefix(22) } == ["recipe.gate-confidence"])
    #expect(
      errors(eyewear + #", "mood": {"when": "eyewear = none"}"#) == [
        "recipe.gate | line 1, column 101: attributes.mood.when | '=' means nothing here. | Write == to compare."
      ])
    #expect(errors(eyewear + #", "mood": {"when": ""}"#).map { $0.prefix(13) } == ["recipe.string"])
  }

  @Test func aGateReadsOnlyWhatIsEvaluatedBefore() {
    let late =
      "recipe.gate-order | line 1, column 49: attributes.mood.when | 'eyewear' is evaluated after 'mood'. | "
      + "Give 'eyewear' a lower \"priority\", or list it first where the priorities are equal."
    #expect(errors(#""mood": {"when": "eyewear == none"}, "# + eyewear) == [late])
    #expect(errors(#""mood": {"when": "eyewear == none", "priority": 1}, "# + eyewear) == [])
    #expect(errors(#""eyewear": {"labels": ["none"], "priority": 2}, "mood": {"when": "eyewear == none", "priority": 1}"#).count == 1)
    #expect(errors(#""eyewear": {"labels": ["none"], "priority": -2}, "mood": {"when": "eyewear == none", "priority": -2}"#) == [])
    #expect(errors(#""mood": {"priority": 1.5}"#).map { $0.prefix(12) } == ["recipe.range"])
  }

  @Test func aCycleIsSaidAsOne() {
    let found = errors(
      #""a": {"labels": ["x"], "when": "b == x"}, "b": {"labels": ["x"], "when": "c == x"}, "c": {"labels": ["x"], "when": "a == x"}"#)
    #expect(found.count == 1)
    #expect(found.first?.contains("The gates depend on each other: a needs b needs c needs a. | Remove one of them.") == true)
    let itself = errors(#""a": {"labels": ["x"], "when": "a == x"}"#)
    #expect(itself.count == 1 && itself.first?.hasPrefix("recipe.gate-cycle | ") == true)
    #expect(itself.first?.contains("The gate reads the answer that it guards.") == true)
  }

  @Test func theOrderIsThatOfPriorityThenOfTheRecipe() throws {
    let recipe = try Recipe.parse(
      Array(
        #"{"version": 1, "attributes": {"a": {}, "b": {"priority": -1}, "c": {"priority": 5}, "d": {}, "e": {"priority": -1}}}"#.utf8),
      file: "r.json")
    #expect(recipe.evaluationOrder.map { recipe.attributes[$0].name } == ["b", "e", "a", "d", "c"])
  }
}
