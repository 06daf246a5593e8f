import FacetData
import FacetFiles
import Glibc

/// The machine that this process runs on, for benchmarks.
package enum Machine {
  /// What the CPU calls itself; "unknown CPU" where the system does not say.
  package static var cpu: String {
    for key in ["model name", "uarch", "Model", "Hardware", "isa"] {
      if let value = cpuinfo(key) { return printable(value) }
    }
    return "unknown CPU"
  }

  /// CPUs that this process may use.
  package static var cpuCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Most memory that the process has had at one time, in bytes.
  package static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) * 1024
  }

  private static func cpuinfo(_ key: String) -> String? {
    guard let file = fopen("/proc/cpuinfo", "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let parts = text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, trimmed(parts[0]) == key, !trimmed(parts[1]).isEmpty else { continue }
      return trimmed(parts[1])
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let last = text.last, last.isWhitespace { text.removeLast() }
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    return String(text)
  }
}
