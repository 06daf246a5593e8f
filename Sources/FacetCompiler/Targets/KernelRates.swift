import FacetBundle

/// The rates of kernels that the binary carries: `Targets/Rates` has a file for each level that was measured or counted.
enum KernelRates {
  static let all: [CostModel] = embedded.compactMap { try? CostModel.parse(Array($0.utf8), file: "rates") }

  static func of(_ level: KernelLevelName) -> CostModel? { all.first { $0.level == level } }
}
