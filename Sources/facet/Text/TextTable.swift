import FacetImport

/// Lines of columns, each as wide as its widest text. The first columns, the last, if so asked, and those named are set to the left,
/// others to the right.
///
/// On a terminal it is no wider than that: headings and cells of text, which stand to the left, are broken at their spaces, and where that
/// does not suffice, the columns that do not fit stand below, after the first one again.
struct TextTable {
  private var rows: [[String]] = []
  private let left: Set<Int>
  private let isLastLeft: Bool
  private let hasHeader: Bool

  init(_ header: [String] = [], leftColumns: Int = 1, left names: [String] = [], lastLeft: Bool = false) {
    left = Set(0..<leftColumns).union(header.indices.filter { names.contains(header[$0]) })
    isLastLeft = lastLeft
    hasHeader = !header.isEmpty
    if hasHeader { rows.append(header) }
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// - Parameter width: of a line at most; nil for any.
  func text(indent: String = "  ", width: Int? = Console.terminalWidth) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let natural = (0..<columns).map { column in cells(column).map(\.count).max() ?? 0 }
    guard let width, indent.count + Self.sum(natural) > width else { return lines(Array(0..<columns), natural, indent) }
    var least = (0..<columns).map { leastWidth($0, of: columns, within: width) }
    // Names in the first column stay whole as far as that is possible.
    least[0] = min(natural[0], max(12, min(width / 2, width - indent.count - Self.gap - (least.dropFirst().max() ?? 0))))
    return blocks(least, within: width - indent.count).map { block in
      lines(block, Self.shrunk(natural, to: least, block, within: width - indent.count), indent)
    }.joined(separator: "\n\n")
  }

  private func cells(_ column: Int) -> [String] { rows.map { column < $0.count ? $0[column] : "" } }

  private static let gap = 2

  private static func sum(_ widths: some Collection<Int>) -> Int { widths.reduce(0, +) + gap * max(widths.count - 1, 0) }

  private func isLeft(_ column: Int, of columns: Int) -> Bool { left.contains(column) || (isLastLeft && column == columns - 1) }

  /// Text may be broken anywhere but within words, unless they are very long; numbers stay whole.
  private func leastWidth(_ column: Int, of columns: Int, within width: Int) -> Int {
    let isText = isLeft(column, of: columns)
    return cells(column).enumerated().map { row, cell in
      guard isText || (hasHeader && row == 0) else { return cell.count }
      return min(Self.words(cell).map(\.count).max() ?? 0, max(12, width / 3))
    }.max() ?? 0
  }

  /// A number stays with its unit.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
      if let last = words.last, last.last?.isNumber == true, !word.isEmpty, word.count < 5, word.first?.isNumber == false {
        words[words.count - 1] = last + " " + word
      } else {
        words.append(word)
      }
    }
    return words
  }

  /// Columns that fit beside each other, the first one in all blocks.
  private func blocks(_ least: [Int], within width: Int) -> [[Int]] {
    var blocks: [[Int]] = [[]]
    for column in least.indices {
      let block = blocks[blocks.count - 1]
      if block.count > 1, Self.sum((block + [column]).map { least[$0] }) > width {
        blocks.append([0, column])
      } else {
        blocks[blocks.count - 1].append(column)
      }
    }
    return blocks
  }

  /// The widest columns give way, as far as their words allow.
  private static func shrunk(_ natural: [Int], to least: [Int], _ block: [Int], within width: Int) -> [Int] {
    var widths = natural
    while sum(block.map { widths[$0] }) > width {
      guard let widest = block.filter({ widths[$0] > least[$0] }).max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    return widths
  }

  private func lines(_ columns: [Int], _ widths: [Int], _ indent: String) -> String {
    rows.map { row in
      let broken = columns.map { column in column < row.count ? Self.broken(row[column], widths[column]) : [""] }
      let height = broken.map(\.count).max() ?? 1
      return (0..<height).map { line in
        var text = indent
        for (place, column) in columns.enumerated() {
          let cell = line < broken[place].count ? broken[place][line] : ""
          let space = String(repeating: " ", count: max(widths[column] - cell.count, 0))
          text +=
            (place > 0 ? String(repeating: " ", count: Self.gap) : "") + (isLeft(column, of: widths.count) ? cell + space : space + cell)
        }
        while text.last == " " { text.removeLast() }
        return text
      }.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The lines of a cell; a word that is longer than a line goes on in the next one.
  private static func broken(_ text: String, _ width: Int) -> [String] {
    guard text.count > width, width > 0 else { return [text] }
    var lines: [String] = []
    for word in words(text) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    return lines.flatMap { line in
      stride(from: 0, to: max(line.count, 1), by: width).map { String(line.dropFirst($0).prefix(width)) }
    }
  }
}
