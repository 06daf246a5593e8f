/// How much is tried so that int8 loses less. The result depends on it, and on no time.
public enum Effort: String, Sendable, CaseIterable {
  /// What needs no trial: ranges, corrected biases, functions before rounding.
  case fast
  /// Also what helps some networks and harms others (equalization), compiled both ways and kept where the calibration's scores come nearer.
  case normal
  /// Also the weights of layers of any width, on more images, and more bits where they bring less: a minute where `normal` takes ten seconds.
  case thorough

  /// On how many samples at most int8's own activations are looked at.
  var learnedSamples: Int {
    switch self {
    case .fast: 0
    case .normal: 32
    case .thorough: 128
    }
  }

  /// What 16 bits for a few results must bring, in decibels: they cost time.
  var leastGainOfBits: Double { self == .thorough ? 1 : 2 }
}
