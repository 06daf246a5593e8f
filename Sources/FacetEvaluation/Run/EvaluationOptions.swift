import FacetData

/// What of a bundle is run, from where on, and for how long.
package struct EvaluationOptions: Sendable {
  /// Names; nil for all that the profile serves, or, where forks are cut, for none.
  package var attributes: [String]?
  /// The name of the profile whose memory plan is used; nil for the plan that serves all.
  package var profile: String?
  /// The part of every image to look at; nil for what a `labels.csv` says, or the whole image.
  package var roi: RegionOfInterest?
  package var ignoresGates = false
  /// How inputs are read.
  package var reading = DatasetOptions()
  /// Of each sample's evaluation, in nanoseconds; nil for no limit.
  package var budget: UInt64?
  /// A file that `MeasuredCosts` reads.
  package var costs: String?
  /// Names of forks to write out.
  package var cuts: [String] = []
  /// Forks to start from instead of inputs, and the tensors to set them to.
  package var starts: [Start] = []

  package struct Start: Sendable, Equatable {
    package var fork: String
    package var path: String

    /// From "NAME=PATH"; nil where that is something else. Names may hold '='; paths of fork files end in .npy.
    package init?(_ text: String) {
      guard let equals = text.lastIndex(of: "="), equals != text.startIndex, text.index(after: equals) != text.endIndex else { return nil }
      fork = String(text[..<equals])
      path = String(text[text.index(after: equals)...])
    }
  }

  package init(attributes: [String]? = nil) { self.attributes = attributes }
}
