import FacetDiagnostics
import FacetFiles
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

/// Bytes as "1.2 MB" (10^6).
func bytes(_ number: Int) -> String {
  switch number {
  case 1_000_000...: String(format: "%.2f MB", Double(number) / 1e6)
  case 10_000...: String(format: "%.1f kB", Double(number) / 1e3)
  default: "\(number) B"
  }
}

/// Nanoseconds as "1.234 ms", in microseconds or nanoseconds where that would begin with noughts only.
func milliseconds(_ nanoseconds: Int64) -> String { milliseconds(Double(nanoseconds) / 1e6) }

/// Milliseconds as people read them: "23.4 ms", "1.234 ms", "24.3 µs", "80 ns".
///
/// - Parameter digits: after the point from 10 ms on.
func milliseconds(_ time: Double, digits: Int = 3) -> String {
  switch abs(time) {
  case 9.9995...: decimal(time, digits) + " ms"
  case 0.09995...: decimal(time, 3) + " ms"
  case 0.000_09995...: decimal(time * 1e3, 1) + " µs"
  case 0: "0 ns"
  default: decimal(time * 1e6, 0) + " ns"
  }
}

/// Lines and tables, which are several lines each, as text that cannot steer a terminal.
func terminalLines(_ blocks: [String]) -> String {
  blocks.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.map { terminalText(String($0)) }.joined(separator: "\n")
}

/// How much an arena is larger than the least that any plan needs.
func gap(_ arena: Int, _ lowerBound: Int) -> String {
  percent(lowerBound > 0 ? Double(arena - lowerBound) / Double(lowerBound) : 0)
}

func shape(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }
