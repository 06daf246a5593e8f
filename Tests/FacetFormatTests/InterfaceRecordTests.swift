import FacetFormat
import Testing

/// Input, attributes and evaluation: bytes written out from `Formats/facet-bundle.md`, and read back.
@Suite struct InterfaceRecordTests {
  @Test func inputOfPixels() throws {
    let table: [UInt8] = (0..<6).map { 200 + $0 }
    let bytes = u32(0, 3, 32, 24, 1, 2, 1, 127) + f32(8) + u32(6) + string("image") + table
    #expect(
      written {
        InputRecord.write(
          to: &$0, kind: 0, tensor: 3, height: 32, width: 24, channels: 1, colorOrder: 2, resizeRule: 1, fill: 127, multiplier: 8,
          name: Array("image".utf8), table: table)
      } == bytes)
    try view(bytes) {
      let read = try #require(InputRecord($0))
      #expect(read.kind == 0 && read.tensor == 3 && read.height == 32 && read.width == 24 && read.channels == 1)
      #expect(read.colorOrder == 2 && read.resizeRule == 1 && read.fill == 127 && read.multiplier == 8)
      #expect(text(read.name) == "image" && Array(read.table.bytes) == table && !read.hasMeanImage)
    }
    #expect(view(Array(bytes.dropLast())) { InputRecord($0) == nil })
  }

  @Test func inputOfATensor() throws {
    let bytes = u32(1, 0, 1, 1, 4, 0, 0, 0) + f32(0.5) + u32(0) + string("x")
    #expect(
      written {
        InputRecord.write(
          to: &$0, kind: 1, tensor: 0, height: 1, width: 1, channels: 4, colorOrder: 0, resizeRule: 0, fill: 0, multiplier: 0.5,
          name: Array("x".utf8), table: [])
      } == bytes)
    let multiplier = view(bytes) { InputRecord($0)?.multiplier }
    #expect(multiplier == 0.5)
  }

  /// A mean image takes the table's place: zeros to a multiple of 4, a factor for each channel, means of all pixels.
  @Test func inputWithAMeanImage() throws {
    let start = u32(0, 0, 1, 2, 3, 0, 0, 0) + f32(2) + u32(0) + string("in")
    let bytes = start + f32(0.25, 0.5, 0.75) + f32(1, 2, 3, 4, 5, 6)
    #expect(start.count % 4 == 0)
    func record(_ name: String) -> [UInt8] {
      written {
        InputRecord.write(
          to: &$0, kind: 0, tensor: 0, height: 1, width: 2, channels: 3, colorOrder: 0, resizeRule: 0, fill: 0, multiplier: 2,
          name: Array(name.utf8), table: [], meanImage: (factors: [0.25, 0.5, 0.75], means: [1, 2, 3, 4, 5, 6]))
      }
    }
    #expect(record("in") == bytes)
    let longer = u32(0, 0, 1, 2, 3, 0, 0, 0) + f32(2) + u32(0) + string("inp") + zeros(3) + f32(0.25, 0.5, 0.75) + f32(1, 2, 3, 4, 5, 6)
    #expect(record("inp") == longer)
    try view(longer) {
      let read = try #require(InputRecord($0))
      #expect(read.hasMeanImage && read.factors.count == 12 && read.means.count == 24)
      #expect(read.factors.f32(4) == 0.5 && read.means.f32(20) == 6)
    }
  }

  @Test func attributeOfClasses() throws {
    let record =
      u32(2, 5, 1) + f32(0.75) + u32(2) + u32(1, 3) + string("emotion") + u32(3) + string("calm") + string("glad") + string("sad")
    #expect(
      written {
        AttributeRecord.write(
          to: &$0, fragment: 2, tensor: 5, confidence: .softmax, threshold: 0.75, dimensions: [1, 3], name: Array("emotion".utf8),
          labels: ["calm", "glad", "sad"].map { Array($0.utf8) })
      } == u32(UInt32(record.count)) + record)
    try view(record) {
      let read = try #require(AttributeRecord($0))
      #expect(read.fragment == 2 && read.tensor == 5 && read.confidence == .softmax && read.threshold == 0.75)
      #expect(read.rank == 2 && read.dimensions[0] == 1 && read.dimensions[1] == 3 && text(read.name) == "emotion")
      #expect(read.labelCount == 3 && (0..<3).map { read.label($0).map(text) } == ["calm", "glad", "sad"] && read.label(3) == nil)
      #expect(read.valueRule == .none && read.unit.count == 0 && read.bins.count == 0)
    }
    #expect(view(Array(record.dropLast())) { AttributeRecord($0) == nil })
    #expect(view(u32(2, 5, 4) + record.dropFirst(12)) { AttributeRecord($0) == nil }, "confidence rules are 0 to 3")
    #expect(view(u32(2, 5, 1) + f32(0.75) + u32(9) + zeros(60)) { AttributeRecord($0) == nil }, "ranks are 0 to 8")
    #expect(
      view(u32(0, 0, 0) + f32(0) + u32(0) + string("a") + u32(65_537) + zeros(200_000)) { AttributeRecord($0) == nil },
      "65,536 labels at most")
  }

  @Test func attributeThatIsANumber() throws {
    let record =
      u32(0, 1, 3) + f32(.nan) + u32(1, 2) + string("age") + u32(0) + u32(2) + f32(1.5, -0.5) + string("years") + u32(2) + f32(10, 20)
    #expect(
      written {
        AttributeRecord.write(
          to: &$0, fragment: 0, tensor: 1, confidence: .identity, threshold: .nan, dimensions: [2], name: Array("age".utf8), labels: [],
          value: (rule: .expected, scale: 1.5, offset: -0.5, unit: Array("years".utf8), bins: [10, 20]))
      } == u32(UInt32(record.count)) + record)
    try view(record) {
      let read = try #require(AttributeRecord($0))
      #expect(read.threshold.isNaN && read.rank == 1 && read.dimensions[0] == 2)
      #expect(read.valueRule == .expected && read.scale == 1.5 && read.offset == -0.5 && text(read.unit) == "years")
      #expect(read.bins.count == 8 && read.bins.f32(0) == 10 && read.bins.f32(4) == 20)
    }
    #expect(view(Array(record.dropLast())) { AttributeRecord($0) == nil })
  }

  @Test func gates() throws {
    let operations = [
      GateOperation(.score, attribute: 0x0102, label: 3, comparison: .greaterOrEqual, value: 0.5), GateOperation(.not),
    ]
    let first = u8(3, 3) + u16(0x0102) + u32(3) + f32(0.5)
    let second = u8(4, 0) + u16(0) + u32(0xFFFF_FFFF) + f32(0)
    #expect(written { operations[0].write(to: &$0) } == first && first.count == 12)
    #expect(read(first) { GateOperation(reading: &$0) } == operations[0])
    #expect(read(u8(8, 0) + first.dropFirst(2)) { GateOperation(reading: &$0) } == nil, "codes are 1 to 7")
    #expect(read(u8(1, 4) + first.dropFirst(2)) { GateOperation(reading: &$0) } == nil, "comparisons are 0 to 3")

    let bytes = string("not child") + u32(2) + first + second
    #expect(written { GateRecord.write(to: &$0, text: Array("not child".utf8), operations: operations) } == bytes)
    try bytes.withUnsafeBytes {
      var reader = ByteReader(ByteView($0))
      let gate = try #require(GateRecord(reading: &reader))
      #expect(text(gate.text) == "not child" && gate.operations == operations)
    }
    #expect(read(Array(bytes.dropLast())) { GateRecord(reading: &$0) == nil })
    #expect(written { GateRecord.write(to: &$0, text: [], operations: []) } == string("") + u32(0))
  }
}
