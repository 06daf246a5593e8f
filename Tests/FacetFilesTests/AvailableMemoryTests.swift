import FacetDiagnostics
import FacetTestSupport
import Foundation
import Testing

@testable import FacetFiles

@Suite struct AvailableMemoryTests {
  @Test("The machine has what is available and the swap")
  func machine() {
    let text = "MemTotal:  8000 kB\nMemFree:   100 kB\nMemAvailable:    3000 kB\nSwapFree:  500 kB\n"
    #expect(AvailableMemory.ofMachine(text) == AvailableMemory(bytes: 3500 * 1024, swap: 500 * 1024, limit: "the machine's memory"))
    #expect(AvailableMemory.ofMachine("MemFree: 100 kB\n") == nil)
  }

  @Test("Each control group above the process limits it; caches of files do not count")
  func groups() {
    let files = [
      "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/b/memory.current": "70\n",
      "/sys/fs/cgroup/a/memory.max": "1000\n", "/sys/fs/cgroup/a/memory.current": "700\n",
      "/sys/fs/cgroup/a/memory.stat": "anon 400\ninactive_file 200\nactive_file 100\n",
    ]
    #expect(AvailableMemory.ofGroups("0::/a/b\n", { files[$0] }) == [AvailableMemory(bytes: 600, limit: "the container's limit")])
  }

  @Test("A group that may swap has the machine's swap, up to its own limit")
  func swap() {
    func bytes(_ limit: String) -> Int? {
      let files = [
        "/sys/fs/cgroup/a/memory.max": "1000\n", "/sys/fs/cgroup/a/memory.current": "700\n",
        "/sys/fs/cgroup/a/memory.swap.max": limit, "/sys/fs/cgroup/a/memory.swap.current": "100\n",
        "/proc/meminfo": "MemAvailable: 9 kB\nSwapFree: 8 kB\n",
      ]
      return AvailableMemory.ofGroups("0::/a\n", { files[$0] }).first?.bytes
    }
    #expect(bytes("max\n") == 300 + 8192)
    #expect(bytes("600\n") == 300 + 500)
    #expect(bytes("0\n") == 300)
  }

  @Test("So do those of the first version, whose largest number is none")
  func firstVersion() {
    let files = [
      "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "5000\n", "/sys/fs/cgroup/memory/x/memory.usage_in_bytes": "1000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
    ]
    let found = AvailableMemory.ofGroups("4:cpu:/\n3:memory:/x\n0::/\n", { files[$0] })
    #expect(found.map(\.bytes) == [4000])
  }

  @Test("A need beyond it is refused with both numbers; a small one is never looked at")
  func refusal() throws {
    let error = AvailableMemory(bytes: 300_000_000, limit: "the container's limit").refusal(
      of: 2_500_000_000, for: "reading it", file: "a.npy")
    #expect(error.code == "data.memory")
    #expect(error.message == "at least 2500 MB of memory are needed for reading it, and 300 MB are left (the container's limit)")
    #expect(code { () throws(FacetError) in try AvailableMemory.check(Int.max / 2, for: "it", file: "f") } == "data.memory")
    #expect(code { () throws(FacetError) in try AvailableMemory.check(1000, for: "it", file: "f") } == nil)
    #expect(AvailableMemory.now() != nil)
  }
}
