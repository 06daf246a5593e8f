/// Why a bundle is refused. The raw value is the stable code that the C interface and `facet-run` show (`B12`).
public enum BundleFault: Int32, Sendable {
  // The file as a whole
  case misaligned = 1
  case notABundle = 2
  case unknownVersion = 3
  case unknownFeature = 4
  case wrongFileSize = 5
  case badSectionTable = 6
  case sectionOutside = 7
  case sectionsOverlap = 8
  case sectionTwice = 9
  case sectionMissing = 10
  case hashMismatch = 11
  case dependencyMismatch = 12
  // Input, attributes, plans, self-test
  case badInput = 20
  case badAttribute = 21
  case badName = 22
  case nameTwice = 23
  case badPlan = 24
  case storageOutsideArena = 25
  case badSelfTest = 26
  case badEvaluation = 27
  case badFork = 28
  // Programs
  case badProgram = 40
  case badImport = 41
  case badTensor = 42
  case tensorOutsideStorage = 43
  case badAttributeMask = 44
  // Instructions
  case unknownOpcode = 60
  case noSuchTensor = 61
  case typeMismatch = 62
  case shapeMismatch = 63
  case badGeometry = 64
  case windowOutside = 65
  case emptyWindow = 66
  case constantsOutside = 67
  case weightsOutside = 68
  case weightMinimum = 69
  case badMultiplier = 70
  case badClamp = 71
  case rowSegmentsNotAllowed = 72
  case readBeforeWritten = 73
  case writesImport = 74
  case tooMuchWork = 75
  case indexOutside = 76
  case unknownFunction = 77
  case resultOverlaps = 78

  /// One sentence for people: the fact, then the rule it breaks. Without the place.
  public var message: StaticString {
    switch self {
    case .misaligned: "the bytes do not begin at a multiple of 64 in memory: map the file, or copy it to an aligned buffer"
    case .notABundle: "this is not a Facet bundle, or its first bytes are damaged"
    case .unknownVersion: "the bundle's format version is not one that this engine reads: use the engine of that version or compile again"
    case .unknownFeature: "the bundle needs a feature that this engine does not have: use a newer engine"
    case .wrongFileSize: "the file is shorter or longer than its header states: it was cut off or damaged"
    case .badSectionTable: "the section table is damaged"
    case .sectionOutside: "a section lies outside the file or does not begin at a multiple of 64"
    case .sectionsOverlap: "two sections overlap"
    case .sectionTwice: "a section stands in the file twice"
    case .sectionMissing: "a section is missing"
    case .hashMismatch: "the content of a section does not have the stated SHA-256: the file was damaged or changed"
    case .dependencyMismatch: "a fragment was made for another trunk than the one in this bundle"
    case .badInput: "the input section is damaged or does not fit the input tensor"
    case .badAttribute: "an attribute's record is damaged or does not fit its tensor"
    case .badName: "a name or label is empty, too long, not UTF-8, or holds control characters"
    case .nameTwice: "two attributes have the same name"
    case .badPlan: "a memory plan is damaged or does not fit the programs"
    case .storageOutsideArena: "a storage lies outside the arena or does not begin at a multiple of 64"
    case .badSelfTest: "the self-test's samples do not fit the section or the input"
    case .badEvaluation: "the order of evaluation or a gate is damaged, or asks for what is evaluated later"
    case .badFork: "a fork's record is damaged or names a tensor that its fragment does not compute"
    case .badProgram: "a program section is damaged"
    case .badImport: "an imported tensor is not one that an earlier fragment computes for the same attributes"
    case .badTensor: "a tensor's record is damaged or its strides do not fit its shape"
    case .tensorOutsideStorage: "a tensor does not lie inside its storage"
    case .badAttributeMask: "a fragment's set of attributes is empty or names attributes that do not exist"
    case .unknownOpcode: "an instruction is not one that this engine knows: use a newer engine"
    case .noSuchTensor: "an instruction names a tensor that does not exist"
    case .typeMismatch: "the element types of an instruction's tensors do not fit it"
    case .shapeMismatch: "the shapes of an instruction's tensors do not fit each other"
    case .badGeometry: "a kernel size, stride, dilation, padding or group count is zero, too large, or does not divide"
    case .windowOutside: "a convolution's window reads outside its input and border"
    case .emptyWindow: "a pooling window lies wholly outside its input"
    case .constantsOutside: "an array lies outside the constants, does not begin at a multiple of 64, or is shared too often"
    case .weightsOutside: "weights lie outside their section, do not begin at a multiple of 64, or are shared too often"
    case .weightMinimum: "int8 weights hold -128, which kernels must not meet"
    case .badMultiplier: "a multiplier is not a positive number below 2^64"
    case .badClamp: "a clamp's bounds are out of range or in the wrong order"
    case .rowSegmentsNotAllowed: "row segments need horizontal dilation 1, one group and pixels without gaps"
    case .readBeforeWritten: "an instruction or attribute reads a storage that nothing has written"
    case .writesImport: "an instruction writes to a tensor that its fragment imports"
    case .indexOutside: "a table or stride of an instruction names an element outside its tensors"
    case .unknownFunction: "an instruction names a function that this engine does not know: use a newer engine"
    case .resultOverlaps: "an instruction's result lies over what it still reads"
    case .tooMuchWork: "the programs would do more than 2^40 steps"
    }
  }
}

/// A refused bundle: what is wrong and where. -1 stands for a place that does not apply.
public struct BundleError: Error, Sendable {
  public var fault: BundleFault
  /// Index in the section table.
  public var section: Int32 = -1
  public var fragment: Int32 = -1
  public var instruction: Int32 = -1
  /// Index of the tensor, attribute or plan, where the fault is about one.
  public var item: Int32 = -1

  public init(_ fault: BundleFault, section: Int = -1, fragment: Int = -1, instruction: Int = -1, item: Int = -1) {
    self.fault = fault
    self.section = Int32(truncatingIfNeeded: section)
    self.fragment = Int32(truncatingIfNeeded: fragment)
    self.instruction = Int32(truncatingIfNeeded: instruction)
    self.item = Int32(truncatingIfNeeded: item)
  }
}
