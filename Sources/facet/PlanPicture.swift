import FacetCompiler
import Foundation

/// A plan as a picture: the trunk on the left, what leaves it to its right, each area in proportion to its modelled time; below, the
/// separate networks and the merged one as bars.
struct PlanPicture {
  private let report: PlanReport
  private var boxes: [Box] = []

  private static let margin = 24.0
  private static let width = 952.0
  private static let treeHeight = 360.0
  private static let barHeight = 34.0
  private static let rowHeight = 22.0

  /// A part's place where the trunk is 1 high; its area is its time in milliseconds.
  private struct Box {
    var part: Int
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  init(_ report: PlanReport) {
    self.report = report
    place(0, x: 0, y: 0, height: 1)
  }

  private var timeName: String { report.measured == nil ? "modelled time" : "measured time" }

  private func milliseconds(_ index: Int) -> Double { report.parts[index].cost.milliseconds }

  private func children(_ index: Int) -> [Int] { report.parts.indices.filter { report.parts[$0].parent == index } }

  private func whole(_ index: Int) -> Double { children(index).reduce(milliseconds(index)) { $0 + whole($1) } }

  /// Branches share the height of what they leave in proportion to what they and theirs take.
  private mutating func place(_ index: Int, x: Double, y: Double, height: Double) {
    let width = height > 0 ? milliseconds(index) / height : 0
    if width > 0 { boxes.append(Box(part: index, x: x, y: y, width: width, height: height)) }
    let branches = children(index)
    let total = branches.reduce(0) { $0 + whole($1) }
    guard total > 0 else { return }
    var top = y
    for branch in branches {
      let share = height * whole(branch) / total
      place(branch, x: x + width, y: top, height: share)
      top += share
    }
  }

  var text: String {
    let treeTop = 64.0
    let tableTop = treeTop + Self.treeHeight + 36
    let barsTop = tableTop + Double(report.parts.count + 1) * Self.rowHeight + 36
    let height = barsTop + 2 * (Self.barHeight + 30) + 20
    let size = "\(number(Self.width + 2 * Self.margin))"
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size)\" height=\"\(number(height))\" "
        + "viewBox=\"0 0 \(size) \(number(height))\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      label(Self.margin, 30, "\((report.file as NSString).lastPathComponent): one core of \(report.target), \(report.precision)", size: 17),
      label(
        Self.margin, 50, "Areas are in proportion to the \(timeName): \(time(report.merged.milliseconds)) in all.", fill: "#555"),
    ]
    lines += tree(top: treeTop)
    lines += table(top: tableTop)
    lines += bars(top: barsTop)
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  private func tree(top: Double) -> [String] {
    let extent = boxes.map { $0.x + $0.width }.max() ?? 1
    return boxes.flatMap { box in
      let (x, y) = (Self.margin + box.x / extent * Self.width, top + box.y * Self.treeHeight)
      let (width, height) = (box.width / extent * Self.width, box.height * Self.treeHeight)
      let part = report.parts[box.part]
      var lines = [
        "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" fill=\"\(color(box.part))\" "
          + "stroke=\"#ffffff\" stroke-width=\"1.5\"><title>\(escaped(part.name)): \(time(part.cost.milliseconds))</title></rect>"
      ]
      let texts = [part.name, "\(counted(part.cost.multiplyAccumulates)) MACs", time(part.cost.milliseconds)]
        .filter { width > Double($0.count) * 7.2 + 12 }
      for (line, text) in texts.enumerated() where height > Double(line + 1) * 17 + 6 {
        lines.append(label(x + 8, y + 18 + Double(line) * 17, text))
      }
      return lines
    }
  }

  private func table(top: Double) -> [String] {
    let columns = [Self.margin + 26, 470.0, 590.0, 710.0, 850.0, Self.margin + Self.width]
    func row(_ y: Double, _ cells: [String], fill: String) -> [String] {
      cells.enumerated().map { index, cell in label(columns[index], y, cell, anchor: index == 0 ? "start" : "end", fill: fill) }
    }
    var lines = row(top, ["part", "MACs", "parameters", "weights", "activations", timeName], fill: "#555")
    for (index, part) in report.parts.enumerated() {
      let y = top + Double(index + 1) * Self.rowHeight
      lines.append("<rect x=\"\(number(Self.margin))\" y=\"\(number(y - 12))\" width=\"16\" height=\"16\" fill=\"\(color(index))\"/>")
      let cost = part.cost
      let name = part.name.count > 48 ? part.name.prefix(47) + "…" : part.name
      lines += row(
        y,
        [
          name, counted(cost.multiplyAccumulates), counted(cost.parameters), bytes(cost.weightBytes), bytes(cost.activationBytes),
          time(cost.milliseconds),
        ], fill: "#222")
    }
    return lines
  }

  /// Bars of one height: their lengths are in proportion to the time.
  private func bars(top: Double) -> [String] {
    let apart = report.separate.map { (name: $0.name, time: $0.cost.milliseconds) }
    let merged = report.parts.map { (name: $0.name, time: $0.cost.milliseconds) }
    let longest = max(report.separateTotal.milliseconds, report.merged.milliseconds, 1e-12)
    var lines: [String] = []
    let rows = [
      ("\(apart.count) networks apart", apart, report.separateTotal), ("merged into one", merged, report.merged),
    ]
    for (row, (title, pieces, total)) in rows.enumerated() {
      let y = top + Double(row) * (Self.barHeight + 30)
      lines.append(
        label(
          Self.margin, y,
          "\(title): \(time(total.milliseconds)), \(counted(total.multiplyAccumulates)) MACs, \(bytes(total.weightBytes))"))
      var x = Self.margin
      for (index, piece) in pieces.enumerated() where piece.time > 0 {
        let width = piece.time / longest * Self.width
        let fill = row == 0 ? (index % 2 == 0 ? "#b8bcc4" : "#ced2d8") : color(index)
        lines.append(
          "<rect x=\"\(number(x))\" y=\"\(number(y + 8))\" width=\"\(number(width))\" height=\"\(number(Self.barHeight))\" fill=\"\(fill)\" "
            + "stroke=\"#ffffff\"/>")
        if width > Double(piece.name.count) * 7.2 + 12 { lines.append(label(x + 8, y + 8 + 22, piece.name)) }
        x += width
      }
    }
    return lines
  }

  /// The trunk is grey; then eight colours that differ for most eyes (after Okabe and Ito, lightened), and again.
  private func color(_ part: Int) -> String {
    let palette = ["#f2b866", "#8fc9ee", "#66c3a5", "#f4ea7c", "#7fb0dc", "#e69a6b", "#dba6c6", "#b9d77e"]
    return part == 0 ? "#c4c9d1" : palette[(part - 1) % palette.count]
  }

  private func label(
    _ x: Double, _ y: Double, _ text: String, size: Int = 13, anchor: String = "start", fill: String = "#222"
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" text-anchor=\"\(anchor)\" fill=\"\(fill)\">\(escaped(text))</text>"
  }

  private func time(_ milliseconds: Double) -> String { decimal(milliseconds, milliseconds < 10 ? 3 : 1) + " ms" }

  private func number(_ value: Double) -> String { decimal(value, 2) }

  /// As XML takes it: without control characters.
  private func escaped(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
      .replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
  }
}
