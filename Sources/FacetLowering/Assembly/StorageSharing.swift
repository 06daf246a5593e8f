import FacetFormat
import FacetIR

/// Which tensors share one storage because an operator works in place, and how long each storage is in use.
struct StorageSharing {
  /// When a storage is in use, in instructions of its fragment.
  struct Use {
    var first = 0
    var last = 0
    /// Read by other fragments or by the caller.
    var isPersistent: Bool { !results.isEmpty || !readers.isEmpty }
    /// The attributes whose results it holds.
    var results = AttributeSet()
    /// Other fragments that read it, each with its last instruction that does.
    var readers: [Int: Int] = [:]
  }

  private let lowering: Lowering
  /// What callers read, without gaps: in no storage with a border.
  private let results: Set<TensorKey>
  private var parent: [TensorKey: TensorKey] = [:]
  private var groupBorder: [TensorKey: Border] = [:]
  /// By group.
  private(set) var uses: [TensorKey: Use] = [:]

  init(_ lowering: Lowering, input: TensorKey, results: [TensorKey]) {
    self.lowering = lowering
    self.results = Set(results)
    var own: [TensorKey: Use] = [input: Use(first: -1, last: -1)]
    var foreign: [TensorKey: [Int: Int]] = [:]
    for (index, fragment) in lowering.fragments.enumerated() {
      for (time, instruction) in fragment.instructions.enumerated() {
        for key in instruction.writes {
          var use = own[key] ?? Use(first: time, last: time)
          use.last = time
          own[key] = use
        }
        for key in instruction.reads {
          if lowering.home[key] == index { own[key]?.last = time } else { foreign[key, default: [:]][index] = time }
        }
      }
    }
    for (key, readers) in foreign { own[key]?.readers = readers }
    for (attribute, key) in results.enumerated() { own[key]?.results.insert(attribute) }
    for key in own.keys { groupBorder[key] = lowering.border(key) }
    uses = own
    for fragment in lowering.fragments {
      for (time, instruction) in fragment.instructions.enumerated() {
        guard instruction.slice == nil, let output = instruction.writes.first else { continue }
        for candidate in instruction.inPlace where candidate != output && join(output, candidate, at: time, in: fragment) { break }
      }
    }
  }

  /// Lets `output`, computed at `time`, take over the storage of `input`, where nobody needs that any more.
  private mutating func join(_ output: TensorKey, _ input: TensorKey, at time: Int, in fragment: PendingFragment) -> Bool {
    let (a, b) = (group(input), group(output))
    guard a != b, lowering.home[input] == lowering.home[output], input.form == output.form, shape(input) == shape(output),
      let old = uses[a], let new = uses[b], !old.isPersistent, old.last == time, new.first == time,
      !results.contains(output) || border(a) == .none,
      border(a) == .none && border(b) == .none || !lowering.readAsPlain.contains(where: { [a, b].contains(group($0)) })
    else { return false }
    parent[b] = a
    groupBorder[a] = border(a).union(border(b))
    uses[a] = Use(first: old.first, last: max(old.last, new.last), results: new.results, readers: new.readers)
    uses[b] = nil
    return true
  }

  /// The tensor that stands for all that share its storage.
  func group(_ key: TensorKey) -> TensorKey {
    var key = key
    while let next = parent[key] { key = next }
    return key
  }

  func border(_ group: TensorKey) -> Border { groupBorder[group] ?? .none }

  func shape(_ key: TensorKey) -> PixelShape {
    lowering.shape(key)
  }

  /// Groups whose storage does not fit the 31 bits that a tensor's record has for strides and offsets, or with a side that is too long.
  var tooLarge: [TensorKey] {
    uses.keys.filter { group in
      let (shape, border) = (shape(group), border(group))
      guard max(shape.height, shape.width, shape.channels) <= Int(TensorRecord.maximumDimension) else { return true }
      var bytes = group.form == .int8 ? 1 : 4
      for side in [shape.height + border.top + border.bottom, shape.width + border.left + border.right, shape.channels] {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: side)
        guard !overflow, product <= Int(Int32.max) else { return true }
        bytes = product
      }
      return false
    }.sorted { $0.value < $1.value }
  }

  /// Bytes of a group's storage; the group is not too large.
  func size(_ group: TensorKey) -> Int {
    let shape = shape(group)
    let border = border(group)
    return (shape.height + border.top + border.bottom) * (shape.width + border.left + border.right) * shape.channels
      * group.form.elementSize
  }
}
