import FacetBundle
import FacetRuntime

extension Bundle {
  /// Of an inference of all attributes on one core of a target, as `facet plan` models it.
  func modelledMilliseconds(on target: Target) -> Double {
    let times = TargetTimes(target)
    let tree = CostTree(CostedFragment.all(self, times), names: attributeDescriptions.map(\.name), times: times)
    return tree.parts().reduce(0) { $0 + $1.cost.modelledMilliseconds }
  }
}
