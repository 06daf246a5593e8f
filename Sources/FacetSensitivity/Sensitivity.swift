/// What each operator costs each attribute.
package enum Sensitivity {
  /// Samples that are looked at where nobody says how many.
  package static let defaultSamples = 32
  /// Compiling keeps no more to compare on.
  package static let maximumSamples = 64
}
