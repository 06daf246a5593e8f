import FacetData
import Glibc

/// A list of cases, run and counted.
struct Suite {
  private(set) var passed = 0
  private(set) var failed = 0
  private(set) var excluded = 0
  /// Cases of those passed with something in int8.
  private(set) var int8 = 0

  /// Runs a case and prints a line where it fails.
  mutating func run(_ name: String, folder: String?, reasons: [String: String], check: CaseCheck) {
    if reasons[name] != nil {
      excluded += 1
      return
    }
    do throws(CaseProblem) {
      guard let folder else { throw CaseProblem("the package does not have it") }
      if try check.check(try CaseFolder(name: name, folder: folder)) { int8 += 1 }
      passed += 1
    } catch {
      failed += 1
      print("FAILED \(name): \(error.message)")
      fflush(nil)
    }
  }

  var summary: String { "\(passed) passed, \(failed) failed, \(excluded) excluded" }
}

/// Where the package's cases lie: `node`, `pytorch-converted` and more, each with a folder for every case.
struct Package {
  let root: String

  func folder(_ name: String) -> String? {
    ["node", "simple", "pytorch-converted", "pytorch-operator"].map { "\(root)/\($0)/\(name)" }.first { isFile($0 + "/model.onnx") }
  }

  /// Names of the pytorch cases with a convolution in their model, sorted.
  func convolutionCases() -> [(name: String, folder: String)] {
    ["pytorch-converted", "pytorch-operator"].flatMap { kind in
      Self.entries("\(root)/\(kind)").compactMap { name in
        let folder = "\(root)/\(kind)/\(name)"
        guard let model = try? CaseFolder(name: name, folder: folder), model.operators.contains("Conv") else { return nil }
        return (name, folder)
      }
    }
  }

  private static func entries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }
}
