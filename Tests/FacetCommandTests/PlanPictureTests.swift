import Foundation
import Testing

@testable import FacetCompiler
@testable import facet

@Suite struct PlanPictureTests {
  private func cost(_ milliseconds: Double) -> PlanReport.Cost {
    var cost = PlanReport.Cost()
    cost.modelledMilliseconds = milliseconds
    cost.multiplyAccumulates = Int(milliseconds * 1000)
    return cost
  }

  /// A trunk and a branch for each name.
  private func report(_ names: [String], branch: Double = 0.001) -> PlanReport {
    let fork = PlanReport.Fork(part: 0, tensor: "t", shape: [4, 4, 64], bytes: 1024)
    let trunk = PlanReport.Part(name: "trunk", attributes: names, parent: nil, forks: [], instructions: 3, cost: cost(2))
    let branches = names.map {
      PlanReport.Part(name: $0, attributes: [$0], parent: 0, forks: [fork], instructions: 1, cost: cost(branch))
    }
    return PlanReport(
      file: "m.onnx", precision: "int8", target: "aarch64", measured: nil, parts: [trunk] + branches,
      attributes: names.map { .init(name: $0, alone: cost(2 + branch), leavingOutSaves: cost(branch)) },
      separate: names.map { .init(name: $0, attributes: [$0], cost: cost(2 + branch)) },
      separateTotal: cost((2 + branch) * Double(names.count)),
      merged: cost(2 + branch * Double(names.count)), arenaBytes: 0, notes: [])
  }

  private struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
  }

  /// The elements in the order of their ends, with the text directly in them. Every tag must have its end, and every mark be escaped.
  private func parsed(_ report: PlanReport) throws -> [Element] {
    let svg = PlanPicture(report).text
    var open: [Element] = []
    var elements: [Element] = []
    var rest = svg[...]
    while let start = rest.firstIndex(of: "<") {
      let text = rest[..<start]
      #expect(!text.contains(">") && text.matches(of: /&(?!amp;|lt;|gt;|quot;)/).isEmpty, "\(text)")
      if !open.isEmpty { open[open.count - 1].text += text }
      let end = try #require(rest[start...].firstIndex(of: ">"))
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        let last = open.popLast()
        let element = try #require(last)
        #expect(element.name == tag.dropFirst())
        elements.append(element)
        continue
      }
      let attributes = tag.matches(of: /([a-z0-9-]+)="([^"<>]*)"/).map { (String($0.1), String($0.2)) }
      let element = Element(
        name: String(tag.prefix { $0.isLetter }), attributes: Dictionary(attributes.map { ($0.0, $0.1) }, uniquingKeysWith: { a, _ in a }))
      if tag.hasSuffix("/") { elements.append(element) } else { open.append(element) }
    }
    #expect(open.isEmpty)
    return elements.map { element in
      var element = element
      for (escape, mark) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        element.text = element.text.replacingOccurrences(of: escape, with: mark)
      }
      return element
    }
  }

  @Test func thePictureHasATitleAndATextForThoseWhoDoNotSeeIt() throws {
    let elements = try parsed(report(["age", "eyes"]))
    #expect(elements.first { $0.attributes["id"] == "title" }?.text == "Plan of m.onnx: trunk, forks and branches")
    let text = try #require(elements.first { $0.attributes["id"] == "desc" }?.text)
    #expect(text.contains("trunk (2.000 ms), which leads to [age (1.0 µs); eyes (1.0 µs)]"))
    #expect(text.contains("2 networks apart take 4.002 ms, merged into one 2.002 ms: 50.0 % less."))
  }

  @Test func everyPartHasItsRowAndItsNameHoweverSmallItIs() throws {
    let names = (0..<64).map { "attribute_\($0)" }
    let elements = try parsed(report(names, branch: 0.000_01))
    let labels = elements.filter { $0.name == "text" && names.contains($0.text) }
    // In the tree, and among the networks.
    #expect(labels.count == 128 && Set(labels.map(\.text)).count == 64)
    let rows = labels.compactMap { $0.attributes["y"].flatMap(Double.init) }.sorted()
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $1 - $0 >= 20 })
    #expect(elements.filter { $0.attributes["class"] == "part" }.count == 65)
  }

  @Test func longNamesKeepWhatTellsThemApart() throws {
    let names = (0..<64).map { "predicted_attribute_number_\($0)_of_the_celebrity_face_data_set_in_its_second_version" }
    let elements = try parsed(report(names))
    let shown = Set(elements.filter { $0.name == "text" }.map(\.text))
    for index in 0..<64 { #expect(shown.contains("…\(index)…")) }
    #expect(shown.contains { $0.contains("begins with 'predicted_attribute_number_' and ends in '_of_the_celebrity") })
    // The whole name is there, for the pointer.
    #expect(elements.filter { $0.name == "title" && $0.text == names[63] }.count == 2)
  }

  @Test func namesCannotBreakThePicture() throws {
    let odd = "a<b>&\"c\"\u{1}\u{7F}\u{FFFE}日本語"
    let elements = try parsed(report([odd, "x"]))
    #expect(elements.contains { $0.name == "text" && $0.text.hasPrefix("a<b>&\"c\"") && $0.text.hasSuffix("日本語") })
    #expect(elements.allSatisfy { $0.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control } })
  }

  @Test func aPlanWithoutTimeIsDrawn() throws {
    var report = report(["a"], branch: 0)
    report.parts[0].cost = cost(0)
    (report.merged, report.separateTotal) = (cost(0), cost(0))
    let elements = try parsed(report)
    #expect(!elements.contains { $0.attributes.values.contains { $0.contains("nan") || $0.contains("inf") } })
  }
}

@Suite struct ShortNamesTests {
  @Test(arguments: [
    (["age", "eyes"], "age", "age"),
    (["face_attribute_age", "face_attribute_eyes"], "face_attribute_age", "…age"),
    (["out_of_model_11", "out_of_model_12"], "out_of_model_11", "…11"),
    (["left_probability", "right_probability"], "left_probability", "left…"),
    (["same_long_name"], "same_long_name", "same_long_name"),
    (["same_long_name", "same_long_name_2"], "same_long_name", "…name"),
    (["attributeAge", "attributeEyes"], "attributeAge", "attributeAge"),
  ]) func whatAllHaveIsLeftOut(_ names: [String], _ name: String, _ shown: String) { #expect(ShortNames(names).shown(name) == shown) }

  @Test func listsOfNamesAreShortenedOneByOne() {
    #expect(ShortNames(["my_output_a", "my_output_b"]).shown("my_output_a + my_output_b + 3 more") == "…a + …b + 3 more")
  }

  @Test func nothingLeftOutNeedsNoNote() { #expect(ShortNames(["a", "b"]).note == nil && ShortNames([]).note == nil) }
}
