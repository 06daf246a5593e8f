import FacetVerification
import Foundation

/// 12345678 as "12.3 M".
func counted(_ number: Int) -> String {
  let value = Double(number)
  switch number {
  case 1_000_000_000...: return String(format: "%.2f G", value / 1e9)
  case 1_000_000...: return String(format: "%.2f M", value / 1e6)
  case 10_000...: return String(format: "%.1f k", value / 1e3)
  default: return "\(number)"
  }
}

/// "1 operator", "2 operators".
func plural(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

/// Bytes as "1.2 MB" (10^6).
func bytes(_ number: Int) -> String {
  switch number {
  case 1_000_000...: String(format: "%.2f MB", Double(number) / 1e6)
  case 10_000...: String(format: "%.1f kB", Double(number) / 1e3)
  default: "\(number) B"
  }
}

/// A share in 0 ... 1 as "97.25 %".
func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }

func decimal(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }

/// 0.0000123 as "1.2e-05".
func scientific(_ number: Double) -> String { String(format: "%.1e", number) }

/// Nanoseconds as "1.234 ms".
func milliseconds(_ nanoseconds: Int64) -> String { decimal(Double(nanoseconds) / 1e6, 3) + " ms" }

/// Lines and tables, which are several lines each, as text that cannot steer a terminal.
func terminalLines(_ blocks: [String]) -> String {
  blocks.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.map { terminalText(String($0)) }.joined(separator: "\n")
}

/// Lines of columns, each as wide as its widest text. The first columns, the last, if so asked, and those named are set to the left,
/// others to the right.
struct TextTable {
  private var rows: [[String]] = []
  private let left: Set<Int>
  private let isLastLeft: Bool

  init(_ header: [String] = [], leftColumns: Int = 1, left names: [String] = [], lastLeft: Bool = false) {
    left = Set(0..<leftColumns).union(header.indices.filter { names.contains(header[$0]) })
    isLastLeft = lastLeft
    if !header.isEmpty { rows.append(header) }
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  func text(indent: String = "  ") -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return left.contains(column) || (isLastLeft && column == columns - 1) ? cell + space : space + cell
      }
      var line = indent + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

/// How much an arena is larger than the least that any plan needs.
func gap(_ arena: Int, _ lowerBound: Int) -> String {
  percent(lowerBound > 0 ? Double(arena - lowerBound) / Double(lowerBound) : 0)
}
