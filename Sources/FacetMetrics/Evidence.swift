/// What was counted of an attribute, over all samples or those of one group: what every metric is worked out from.
package struct Evidence: Sendable {
  package var pairs = PairedProportions()
  package var comparison = ScoreComparison()
  package var numbers = NumberComparison()

  package init() {}
}
