import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRuntime

extension Trial {
  /// With weights that are rounded for what their layers read (`SecondOrderRounding`); nil where none gain.
  ///
  /// - Parameters:
  ///   - bundle: of this trial, which says what layers read.
  ///   - fragments: of it, those that were lowered from the model.
  func rounded(
    _ bundle: Bundle, _ fragments: [Int: LoweredFragment], _ limits: LayerInputs.Limits, threads: Int
  ) throws(FacetError) -> Trial? {
    guard let calibration, !calibration.learned.isEmpty else { return nil }
    do {
      var inputs = LayerInputs(bundle, pipeline.types, fragments, limits: limits)
      // Wider limits, and no wider layer: that was tried.
      if inputs.isEmpty || limits != .usual && inputs.layers == LayerInputs(bundle, pipeline.types, fragments).layers { return nil }
      try inputs.add(calibration.learned, Session.make(bundle, threads: threads))
      let found = inputs.rounded(pipeline.decide(calibration), threads: threads)
      return found.isEmpty ? nil : with(found, "")
    } catch {
      throw FacetError.internalError("rounding", error, pipeline.source.source.file)
    }
  }

  /// Where some attributes lose by rounded weights: without what these alone need; then without all that they need. There, weights are as they were before.
  func roundedParts(without losers: Set<Int>, _ before: Trial) -> [(trial: Trial, attributes: Set<Int>)] {
    let names = pipeline.source.attributes.map(\.name)
    let changed = Set(pipeline.rounded.keys)
    guard !losers.isEmpty, losers.count < names.count, !changed.isEmpty else { return [] }
    let fragments = (pipeline.behindTrunk ?? FragmentPartition(pipeline.types.graph)).fragments
    func kept(_ isKept: (AttributeSet) -> Bool) -> Set<Int> {
      changed.intersection(fragments.filter { isKept($0.attributes) }.flatMap(\.nodes))
    }
    let others = Set(names.indices).subtracting(losers)
    let parts = [kept { set in others.contains { set.contains($0) } }, kept { set in !losers.contains { set.contains($0) } }]
    let words = losers.sorted().map { "'\(names[$0])'" }.joined(separator: ", ")
    let verbs = losers.count > 1 ? ["alone need", "need"] : ["alone needs", "needs"]
    var count = changed.count
    return zip(parts, verbs).compactMap { nodes, verb in
      guard !nodes.isEmpty, nodes.count < count else { return nil }
      count = nodes.count
      let reached = names.indices.filter { attribute in
        fragments.contains { $0.attributes.contains(attribute) && !nodes.isDisjoint(with: $0.nodes) }
      }
      let own = pipeline.rounded.filter { nodes.contains($0.key) }
      let trial = before.with(before.pipeline.rounded.merging(own) { $1 }, ", but for what \(words) \(verb)")
      return (trial, Set(reached))
    }
  }

  /// In place of those that it may have: rounding is the last method.
  private func with(_ rounded: [Int: RoundedWeights], _ words: String) -> Trial {
    var other = self
    if !pipeline.rounded.isEmpty { other.methods.removeLast() }
    other.pipeline.rounded = rounded
    other.methods.append("rounded the weights of \(rounded.count) \(rounded.count == 1 ? "layer" : "layers") for what they read\(words)")
    return other
  }
}
