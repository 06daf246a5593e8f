import FacetDiagnostics
import Glibc

/// How much more memory this process may take, as far as the system says. What is far too much is refused with a number before the work:
/// otherwise the kernel would end the process in the middle of it, without a word.
package struct AvailableMemory: Equatable, Sendable {
  package var bytes: Int
  /// How much of it is swap, as far as that is known.
  var swap = 0
  /// What sets it, for messages.
  package var limit: String

  /// Smaller needs are not looked at.
  static let smallest = 16 << 20

  /// - Parameter bytes: what will be held at one time, at least.
  /// - Throws: `data.memory`.
  package static func check(_ bytes: Int, for what: String, file: String) throws(FacetError) {
    guard bytes >= smallest, let available = now(), bytes > available.bytes else { return }
    throw available.refusal(of: bytes, for: what, file: file)
  }

  func refusal(of bytes: Int, for what: String, file: String) -> FacetError {
    FacetError(
      code: .memory, file: file,
      message: "at least \(Self.megabytes(bytes)) of memory are needed for \(what), and \(Self.megabytes(self.bytes)) are left (\(limit))",
      remedy: "End other programs, raise the limit, or use a machine with more memory.")
  }

  private static func megabytes(_ bytes: Int) -> String { "\(max(0, bytes) / 1_000_000) MB" }

  /// The least of what limits, container and machine leave; nil where nothing is known.
  package static func now() -> AvailableMemory? {
    var found: [AvailableMemory] = []
    if let used = text("/proc/self/statm").map(numbers), used.count > 5 {
      let page = Int(sysconf(Int32(_SC_PAGESIZE)))
      let kinds = [
        (RLIMIT_AS, used[0], "the limit on its address space, ulimit -v"), (RLIMIT_DATA, used[5], "the limit on its data, ulimit -d"),
      ]
      for (kind, pages, name) in kinds {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(kind.rawValue), &limit) == 0, limit.rlim_cur < UInt64(Int.max) else { continue }
        found.append(AvailableMemory(bytes: Int(limit.rlim_cur) - pages * page, limit: name))
      }
    }
    if let groups = text("/proc/self/cgroup") { found += ofGroups(groups, text) }
    if let machine = text("/proc/meminfo").flatMap(ofMachine) { found.append(machine) }
    return found.min { $0.bytes < $1.bytes }
  }

  /// Free memory, caches that the kernel gives up, and swap.
  static func ofMachine(_ text: String) -> AvailableMemory? {
    var values: [Substring: Int] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " })
      if parts.count > 1 { values[parts[0]] = Int(parts[1]) }
    }
    guard let available = values["MemAvailable"] else { return nil }
    let swap = (values["SwapFree"] ?? 0) * 1024
    return AvailableMemory(bytes: available * 1024 + swap, swap: swap, limit: "the machine's memory")
  }

  /// Of control groups, version 2 and 1: each limits all below it.
  ///
  /// - Parameters:
  ///   - groups: as `/proc/self/cgroup` has them.
  ///   - read: a file's text; nil where there is none.
  static func ofGroups(_ groups: String, _ read: (String) -> String?) -> [AvailableMemory] {
    var found: [AvailableMemory] = []
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isSecond = parts[0] == "0" && parts[1].isEmpty
      guard isSecond || parts[1].split(separator: ",").contains("memory") else { continue }
      let root = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      let names = isSecond ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
      var path = parts[2].split(separator: "/").map(String.init)
      while true {
        let folder = ([root] + path).joined(separator: "/")
        // "max" is no number, and the first version's "no limit" is beyond any machine.
        if let limit = read("\(folder)/\(names.0)").map(numbers)?.first, limit < 1 << 60,
          let used = read("\(folder)/\(names.1)").map(numbers)?.first
        {
          let caches = read("\(folder)/memory.stat").map(ofCaches) ?? 0
          let swap = isSecond ? swapLeft(folder, read) : 0
          found.append(AvailableMemory(bytes: limit - max(0, used - caches) + swap, limit: "the container's limit"))
        }
        if path.isEmpty { break }
        path.removeLast()
      }
    }
    return found
  }

  /// What a group of the second version may still move to the machine's swap; without a limit of its own, all that is free.
  private static func swapLeft(_ folder: String, _ read: (String) -> String?) -> Int {
    let free = read("/proc/meminfo").flatMap(ofMachine)?.swap ?? 0
    guard let limit = read("\(folder)/memory.swap.max").map(numbers)?.first else { return free }
    return max(0, min(free, limit - (read("\(folder)/memory.swap.current").map(numbers)?.first ?? 0)))
  }

  /// What a control group holds of files, which the kernel gives up first.
  private static func ofCaches(_ text: String) -> Int {
    text.split(separator: "\n").reduce(0) { sum, line in
      let parts = line.split(separator: " ")
      return parts.count == 2 && ["inactive_file", "active_file"].contains(parts[0]) ? sum + (Int(parts[1]) ?? 0) : sum
    }
  }

  private static func numbers(_ text: String) -> [Int] { text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) } }

  /// A file of the kernel, which has no size.
  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count) }
      guard got > 0 else { break }
      count += got
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
