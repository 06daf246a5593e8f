import FacetCompiler
import FacetDiagnostics
import FacetVerification
import Foundation

/// A plan as a picture: a row for each part, whose bar begins where the bar of the part that it leaves ends, and is as long as its time;
/// below, the networks apart, one after the other, and the merged one.
struct PlanPicture {
  private let report: PlanReport
  private let rows: [Row]
  private let names: ShortNames
  private let columns: Columns
  private let svg = SVG()

  /// A part in the order of the tree: children stand below the part that they leave.
  private struct Row {
    var part: Int
    /// In milliseconds: what has to run before.
    var start: Double
  }

  /// Where columns begin or, those of numbers, end: as wide as the names want, within bounds.
  private struct Columns {
    static let bars = 24.0
    static let barWidth = 316.0
    static let name = 362.0
    let nameWidth: Double
    let numbers: [Double]
    let width: Double

    init(names: [String], _ svg: SVG) {
      nameWidth = min(max(names.map { svg.length($0) }.max() ?? 0, 150), 470)
      var x = Self.name + nameWidth
      numbers = [116.0, 84, 92, 82, 96, 118].map { width in
        x += width
        return x
      }
      width = x + 24
    }
  }

  private static let rowHeight = 24.0
  private static let barHeight = 14.0

  init(_ report: PlanReport) {
    self.report = report
    var rows: [Row] = []
    func add(_ part: Int, _ start: Double) {
      rows.append(Row(part: part, start: start))
      let end = start + report.parts[part].cost.milliseconds
      for child in report.parts.indices where report.parts[child].parent == part { add(child, end) }
    }
    if !report.parts.isEmpty { add(0, 0) }
    self.rows = rows
    let texts = report.parts.map(\.name) + report.separate.map(\.name) + [Self.networksHeading]
    let isWide = texts.contains { SVG().length($0) > 470 }
    let names = ShortNames(isWide ? report.attributes.map(\.name) : [])
    self.names = names
    columns = Columns(names: texts.map(names.shown), SVG())
  }

  private static let networksHeading = "networks apart, one after the other"

  private var timeName: String { report.measured == nil ? "modelled time" : "measured time" }

  private var file: String { (report.file as NSString).lastPathComponent }

  var text: String {
    let treeTop = 92.0
    let networksTop = treeTop + Double(rows.count + 1) * Self.rowHeight + 40
    let noteTop = networksTop + Double(report.separate.count + 3) * Self.rowHeight + 20
    let height = noteTop + (names.note == nil ? 0 : 30)
    let size = "width=\"\(svg.number(columns.width))\" height=\"\(svg.number(height))\""
    let origin = report.measured.map { "measured with \($0)" } ?? "one core of \(report.target)"
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) viewBox=\"0 0 \(svg.number(columns.width)) \(svg.number(height))\" role=\"img\" "
        + "aria-labelledby=\"title desc\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">",
      "<title id=\"title\">\(svg.escaped("Plan of \(file): trunk, forks and branches"))</title>",
      "<desc id=\"desc\">\(svg.escaped(description))</desc>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      svg.text(Columns.bars, 32, svg.fitted("\(file): \(origin), \(report.precision)", columns.width - 200, size: 17), size: 17),
      svg.text(
        Columns.bars, 54,
        "Bars are as long as the \(timeName), \(time(report.merged)) in all. A part begins where the one that it leaves ends, at its fork (dot).",
        fill: "#555555"),
    ]
    lines += tree(top: treeTop)
    lines += networks(top: networksTop)
    if let note = names.note {
      lines.append(svg.text(Columns.bars, noteTop + 8, svg.fitted(note, columns.width - 48), fill: "#555555", title: note))
    }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// The tree in words, for those who do not see it.
  private var description: String {
    func told(_ part: Int) -> String {
      let children = report.parts.indices.filter { report.parts[$0].parent == part }
      let own = "\(report.parts[part].name) (\(time(report.parts[part].cost)))"
      return children.isEmpty ? own : own + ", which leads to [" + children.map(told).joined(separator: "; ") + "]"
    }
    let saved = report.separateTotal.milliseconds > 0 ? 1 - report.merged.milliseconds / report.separateTotal.milliseconds : 0
    return
      (report.parts.isEmpty ? "" : "Parts with their \(timeName): \(told(0)). ")
      + "\(plural(report.separate.count, "network")) apart take \(time(report.separateTotal)), merged into one \(time(report.merged)): "
      + "\(decimal(100 * saved, 1)) % less."
  }

  private func tree(top: Double) -> [String] {
    let extent = rows.map { $0.start + report.parts[$0.part].cost.milliseconds }.max() ?? 0
    let scale = extent > 0 ? Columns.barWidth / extent : 0
    func center(_ row: Int) -> Double { top + Double(row + 1) * Self.rowHeight }
    var lines = header(top, ["part", "fork: h x w x c", "MACs", "parameters", "weights", "activations", timeName])
    // Behind the bars: from each fork down to the last branch that leaves there, and from each bar to its name.
    for (row, place) in rows.enumerated() {
      let end = Columns.bars + (place.start + report.parts[place.part].cost.milliseconds) * scale
      let branches = rows.indices.filter { report.parts[rows[$0].part].parent == place.part }
      if let last = branches.last {
        lines.append(svg.line(end, center(row), end, center(last) + Self.barHeight / 2, "#8a9099", width: 1.5))
      }
      lines.append(svg.line(end + 6, center(row), Columns.name - 6, center(row), "#c9cdd3", width: 1, dashes: "1 3"))
    }
    for (row, place) in rows.enumerated() {
      let part = report.parts[place.part]
      let (x, width) = (Columns.bars + place.start * scale, part.cost.milliseconds * scale)
      if width > 0 {
        lines.append(
          svg.bar(
            x, center(row) - Self.barHeight / 2, width, Self.barHeight, SVG.color(place.part), kind: "part",
            title: "\(part.name): \(time(part.cost))"))
      }
      let isFork = report.parts.contains { $0.parent == place.part }
      lines.append(svg.dot(x + width, center(row), isFork ? 4 : 2, isFork ? "#4a4f57" : "#8a9099"))
      let fork = part.forks.last.map { $0.shape.map(String.init).joined(separator: " x ") } ?? ""
      let cost = part.cost
      lines += cells(
        center(row), part.name,
        [
          fork, counted(cost.multiplyAccumulates), counted(cost.parameters), bytes(cost.weightBytes), bytes(cost.activationBytes),
          time(cost),
        ])
    }
    return lines
  }

  /// The networks apart, each beginning where the one before ends, and the merged one below them.
  private func networks(top: Double) -> [String] {
    let longest = max(report.separateTotal.milliseconds, report.merged.milliseconds)
    let scale = longest > 0 ? Columns.barWidth / longest : 0
    var lines = header(top, [Self.networksHeading, "", "MACs", "parameters", "weights", "activations", timeName])
    var start = 0.0
    func add(_ row: Int, _ name: String, _ cost: PlanReport.Cost, from start: Double, _ fill: String, kind: String) {
      let center = top + Double(row + 1) * Self.rowHeight
      let (x, width) = (Columns.bars + start * scale, cost.milliseconds * scale)
      lines.append(svg.line(x + width + 4, center, Columns.name - 6, center, "#c9cdd3", width: 1, dashes: "1 3"))
      if width > 0 {
        lines.append(svg.bar(x, center - Self.barHeight / 2, width, Self.barHeight, fill, kind: kind, title: "\(name): \(time(cost))"))
      }
      lines += cells(
        center, name,
        ["", counted(cost.multiplyAccumulates), counted(cost.parameters), bytes(cost.weightBytes), bytes(cost.activationBytes), time(cost)])
    }
    for (row, network) in report.separate.enumerated() {
      add(row, network.name, network.cost, from: start, row % 2 == 0 ? "#b3b8c0" : "#ccd0d6", kind: "network")
      start += network.cost.milliseconds
    }
    add(report.separate.count, "\(report.separate.count) apart", report.separateTotal, from: 0, "#9aa0a9", kind: "total")
    add(report.separate.count + 1, "merged into one", report.merged, from: 0, SVG.color(3), kind: "total")
    return lines
  }

  private func header(_ y: Double, _ names: [String]) -> [String] {
    [svg.text(Columns.name, y, names[0], fill: "#555555")]
      + zip(columns.numbers, names.dropFirst()).map { svg.text($0, y, $1, anchor: "end", fill: "#555555") }
  }

  private func cells(_ center: Double, _ name: String, _ numbers: [String]) -> [String] {
    [svg.text(Columns.name, center + 4.5, svg.fitted(names.shown(name), columns.nameWidth), title: name)]
      + zip(columns.numbers, numbers).filter { !$1.isEmpty }.map { svg.text($0, center + 4.5, $1, anchor: "end") }
  }

  private func time(_ cost: PlanReport.Cost) -> String { milliseconds(cost.milliseconds, digits: 1) }
}
