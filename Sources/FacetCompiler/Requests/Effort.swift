/// How much is tried so that int8 loses less. The result depends on it, and on no time.
public enum Effort: String, Sendable, CaseIterable {
  /// What needs no trial: ranges, corrected biases, functions before rounding.
  case fast
  /// Also what helps some networks and harms others (equalization), compiled both ways and kept where the calibration's scores come nearer.
  case normal
}
