import CProcess
import Foundation
import Testing

@Suite struct CPUChoiceTests {
  /// A machine as a folder: the capacities of its CPUs, and files of control groups.
  private func choose(_ capacities: [Int?], allowed: String, files: [String: String] = [:]) throws -> (
    cpus: String, threads: Int32, isMixed: Bool
  ) {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    var all = files
    for (cpu, capacity) in capacities.enumerated() {
      if let capacity { all["/sys/devices/system/cpu/cpu\(cpu)/cpu_capacity"] = "\(capacity)\n" }
    }
    for (path, text) in all {
      let url = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: false, encoding: .utf8)
    }
    var set = try #require(Self.set(allowed))
    var choice = root.path.withCString { facet_cpus_choose($0, &set) }
    return (Self.text(&choice.chosen), choice.threads, choice.is_mixed != 0)
  }

  private static func set(_ text: String) -> facet_cpu_set? {
    var set = facet_cpu_set()
    return facet_cpus_parse(text, &set) == 1 ? set : nil
  }

  private static func text(_ set: inout facet_cpu_set) -> String {
    var text = [CChar](repeating: 0, count: Int(FACET_CPUS_TEXT))
    facet_cpus_print(&set, &text)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test func theCoresThatDoMostTogetherAreTaken() throws {
    // RK3588: four A55 and four A76.
    let rk3588 = [Int?](repeating: 414, count: 4) + [Int?](repeating: 1024, count: 4)
    #expect(try choose(rk3588, allowed: "0-7") == ("4-7", 4, true))
    // Two fast ones do less than six slow ones here.
    #expect(try choose([1024, 1024, 500, 500, 500, 500, 500, 500], allowed: "0-7") == ("2-7", 6, true))
    // Of equals the faster.
    #expect(try choose([512, 512, 1024], allowed: "0-2") == ("2", 1, true))
  }

  @Test func onlyCPUsThatTheProcessMayUseCount() throws {
    let rk3588 = [Int?](repeating: 414, count: 4) + [Int?](repeating: 1024, count: 4)
    #expect(try choose(rk3588, allowed: "0-4") == ("0-3", 4, true))
    #expect(try choose(rk3588, allowed: "5-6") == ("5-6", 2, false))
  }

  @Test func withoutCapacitiesAllAreTaken() throws {
    #expect(try choose([nil, nil, nil, nil], allowed: "0-3") == ("0-3", 4, false))
    #expect(try choose([], allowed: "0-200").threads == 64)
  }

  @Test func theQuotaOfEachControlGroupLimitsThreads() throws {
    func threads(_ groups: String, _ files: [String: String]) throws -> Int32 {
      try choose([1024, 1024, 1024, 1024], allowed: "0-3", files: files.merging(["/proc/self/cgroup": groups]) { $1 }).threads
    }
    #expect(try threads("0::/a/b\n", ["/sys/fs/cgroup/a/b/cpu.max": "max 100000\n"]) == 4)
    #expect(try threads("0::/a/b\n", ["/sys/fs/cgroup/a/b/cpu.max": "350000 100000\n"]) == 3)
    #expect(try threads("0::/a/b\n", ["/sys/fs/cgroup/a/cpu.max": "200000 100000\n"]) == 2)
    #expect(try threads("0::/\n", ["/sys/fs/cgroup/cpu.max": "50000 100000\n"]) == 1)
    // Version 1.
    let old = ["/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "200000\n", "/sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n"]
    #expect(try threads("5:memory:/x\n4:cpu,cpuacct:/x\n", old) == 2)
    #expect(try threads("4:cpuacct,cpu:/x\n", old) == 2)
    #expect(try threads("4:cpu:/x\n", ["/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "-1\n"]) == 4)
  }

  @Test(arguments: ["", "a", "-1", "1-", "3-1", "0,", "1024", "0-3-5", " 1", "1 ", "+1", "99999999999999999999"])
  func whatIsNoListOfCPUsIsRefused(_ text: String) { #expect(Self.set(text) == nil) }

  @Test(arguments: [("0", "0"), ("3,1", "1,3"), ("0-3,6", "0-3,6"), ("1,2,3", "1-3"), ("1023", "1023")])
  func listsOfCPUsAreRead(_ text: String, _ printed: String) throws {
    var set = try #require(Self.set(text))
    #expect(Self.text(&set) == printed)
  }
}
