import Foundation

/// A file of `Cases`, which `make_cases.py` writes.
func caseFile(_ name: String) throws -> [UInt8] {
  Array(try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Cases/\(name)")))
}
