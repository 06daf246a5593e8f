import FacetKernels

/// Levels of kernels by the numbers that callers from C use: 0 is the scalar one, then those of the CPU that the engine was built for.
extension Session {
  /// - Throws: `isaNotAvailable` where there is no level of this number.
  public static func level(number: Int32) throws(SessionError) -> facet_isa {
    guard levelName(number: number) != nil else { throw .isaNotAvailable }
    return facet_isa(UInt32(bitPattern: number))
  }

  /// What `--isa` calls it; nil where there is none.
  public static func levelName(number: Int32) -> UnsafePointer<CChar>? { facet_level_name(facet_isa(UInt32(bitPattern: number))) }

  /// Whether this CPU has what its kernels need.
  public static func isLevelAvailable(number: Int32) -> Bool {
    levelName(number: number) != nil && facet_level_of(facet_isa(UInt32(bitPattern: number))).name != nil
  }

  /// The number of the level whose kernels run.
  public var levelNumber: Int32 { Int32(isa.rawValue) }
}
