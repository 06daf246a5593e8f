// FacetRuntime: the engine. It opens bundles and checks them completely (Reading/), makes kernels and their arguments of instructions
// (Instructions/), and runs sessions: inputs, attributes, gates, results (Running/). Running uses Reading, both use Instructions.
import FacetFormat
import FacetKernels

/// An opened bundle: checked once, then only read. Weights and names stay where they are in the caller's bytes.
///
/// Opening checks structure completely (Formats/facet-bundle.md, "Trust"): whatever the bytes are, no session made from a bundle
/// that opens reads or writes outside the bundle, its arena and the buffers given to it. Hashes are checked by `verifyHashes` only.
public final class Bundle: @unchecked Sendable {
  package let view: ByteView
  package let header: BundleHeader
  package let sections: [SectionEntry]
  package let input: InputRecord
  package let attributes: [AttributeRecord]
  package let fragments: [Fragment]
  package let plans: [PlanRecord]
  package let selfTest: SelfTestRecord?
  package let evaluation: EvaluationOrder
  package let forks: [ForkRecord]
  /// Steps of all its instructions and borders, as opening counted them.
  package let work: Int64
  /// By attribute: what class 0 is called where the bundle names class 1 alone.
  let negativeLabels: [NegativeLabel?]
  /// What must be freed: the copy that `init(copying:)` made.
  private let owned: UnsafeMutableRawBufferPointer?
  /// What keeps the caller's bytes valid, e.g. a mapped file.
  private let owner: AnyObject?

  /// Opens a bundle in place.
  /// - Parameters:
  ///   - bytes: the whole file, at a multiple of 64 in memory (a mapped file is); valid as long as this object.
  ///   - owner: kept as long as this object, where that is what keeps the bytes valid.
  public convenience init(bytes: UnsafeRawBufferPointer, owner: AnyObject? = nil) throws(BundleError) {
    try self.init(bytes, owned: nil, owner: owner)
  }

  /// Opens a bundle from an aligned copy of its bytes, which this object owns.
  public convenience init(copying bytes: UnsafeRawBufferPointer) throws(BundleError) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
    copy.copyMemory(from: bytes)
    let view = UnsafeRawBufferPointer(rebasing: copy[0..<bytes.count])
    do {
      try self.init(view, owned: copy, owner: nil)
    } catch {
      copy.deallocate()
      throw error
    }
  }

  private init(_ bytes: UnsafeRawBufferPointer, owned: UnsafeMutableRawBufferPointer?, owner: AnyObject?) throws(BundleError) {
    let view = ByteView(bytes)
    let table = try SectionTable(view)
    let names = try AttributeTable(view, table)
    var reader = ProgramReader(view, table, names.attributes)
    let programs = try reader.read()
    self.view = view
    header = table.header
    sections = table.sections
    attributes = names.attributes
    fragments = programs.fragments
    work = reader.work
    input = programs.input
    plans = try readPlans(view, table, fragments: programs.fragments, allAttributes: names.all)
    selfTest = try readSelfTest(view, table, input: programs.input)
    evaluation = try EvaluationOrder(view, table, names.attributes)
    forks = try readForks(view, table, programs.fragments)
    var negatives: [NegativeLabel?] = []
    for record in names.attributes {
      let positive = record.namesPositiveOnly ? record.label(0) : nil
      negatives.append(positive.map { NegativeLabel($0) })
    }
    negativeLabels = negatives
    self.owned = owned
    self.owner = owner
  }

  deinit {
    owned?.deallocate()
    for label in negativeLabels { label?.bytes.deallocate() }
  }

  /// Whether int8 tensors are stored with 128 added.
  package var storedUnsigned: Bool { header.flags & BundleHeader.storedUnsigned != 0 }

  /// The set of all attributes.
  public var allAttributes: AttributeSet { AttributeSet(first: attributes.count) }

  public var attributeCount: Int { attributes.count }

  public var planCount: Int { plans.count }

  /// Number of the attribute of this name (UTF-8), or nil.
  public func attribute(named name: UnsafeRawBufferPointer) -> Int? {
    for index in attributes.indices where equal(attributes[index].name.bytes, name) { return index }
    return nil
  }

  /// Number of the plan of this name (UTF-8), or nil: that of a profile.
  public func plan(named name: UnsafeRawBufferPointer) -> Int? {
    guard name.count > 0 else { return nil }
    for index in plans.indices where equal(plans[index].name.bytes, name) { return index }
    return nil
  }

  /// The attributes that a plan serves; none where there is no such plan.
  public func attributes(plan: Int) -> AttributeSet { plan >= 0 && plan < plans.count ? plans[plan].attributes : [] }

  /// Whether sessions take pixels; otherwise they take tensors.
  public var takesPixels: Bool { input.isImage }

  public var inputHeight: Int { Int(input.height) }
  public var inputWidth: Int { Int(input.width) }
  public var inputChannels: Int { Int(input.channels) }

  /// Number of values of an attribute.
  public func scoreCount(attribute index: Int) -> Int {
    guard index >= 0, index < attributes.count else { return 0 }
    let record = attributes[index]
    return Int(fragments[Int(record.fragment)].tensors[Int(record.tensor)].elementCount)
  }
}

/// Bytes after an arena that kernels may read.
let overread = Int(FACET_OVERREAD)

func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
  guard a.count == b.count else { return false }
  for i in 0..<a.count where a[i] != b[i] { return false }
  return true
}
