/// FacetFormat: the records of a bundle (`Formats/facet-bundle.md`), each with one description of its fields that both reading and writing
/// follow, and the bytes under them. What a bundle may hold as a whole is checked where it is read, in FacetRuntime.
///
/// Here stand the numbers that hold for the whole file.
public enum BundleFormat {
  /// 0x89 F A C E T CR LF: a transfer that changes line ends or strips the eighth bit shows.
  public static let magic: UInt64 = 0x0A0D_5445_4341_4689
  /// The version of a bundle that needs nothing newer.
  public static let version: UInt32 = 1
  /// The newest version that is understood.
  public static let newestVersion: UInt32 = 2
  public static let headerSize: UInt32 = 64
  public static let sectionEntrySize: UInt32 = 64
  /// Every section begins at a multiple of this.
  public static let alignment: Int64 = 64
  public static let maximumSections: UInt32 = 1024
  public static let maximumAttributes = 64
  /// Absent tensor, storage or offset.
  public static let none: UInt32 = .max
}
