import FacetDiagnostics

extension NPYHeader {
  /// Elements read at once.
  private static let pieceCount = 1 << 15

  /// Decodes `count` elements.
  ///
  /// - Parameter read: fills a buffer with the next bytes of the elements.
  func elements(
    _ count: Int, _ read: (UnsafeMutableRawBufferPointer) throws(FacetError) -> Void
  ) throws(FacetError) -> NPYElements {
    switch elementType {
    case .bool: .uint8(try values(count, UInt8.self, read) { $0 == 0 ? 0 : 1 })
    case .uint8: .uint8(try values(count, UInt8.self, read) { $0 })
    case .int8: .int32(try values(count, UInt8.self, read) { Int32(Int8(bitPattern: $0)) })
    case .int16: .int32(try values(count, UInt16.self, read) { Int32(Int16(bitPattern: $0)) })
    case .uint16: .int32(try values(count, UInt16.self, read) { Int32($0) })
    case .int32: .int32(try values(count, UInt32.self, read) { Int32(bitPattern: $0) })
    case .uint32: .int64(try values(count, UInt32.self, read) { Int64($0) })
    case .int64: .int64(try values(count, UInt64.self, read) { Int64(bitPattern: $0) })
    case .float16: .float32(try values(count, UInt16.self, read) { Float(Float16(bitPattern: $0)) })
    case .float32: .float32(try values(count, UInt32.self, read) { Float(bitPattern: $0) })
    case .float64: .float32(try values(count, UInt64.self, read) { Float(Double(bitPattern: $0)) })
    }
  }

  /// In pieces, so that the stored form is never held whole.
  private func values<Stored: FixedWidthInteger & BitwiseCopyable, Value>(
    _ count: Int, _: Stored.Type, _ read: (UnsafeMutableRawBufferPointer) throws(FacetError) -> Void, _ convert: (Stored) -> Value
  ) throws(FacetError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(count)
    var piece = [Stored](repeating: 0, count: min(count, Self.pieceCount))
    while result.count < count {
      let length = min(count - result.count, piece.count)
      try piece.fill(length, read)
      for index in 0..<length { result.append(convert(isBigEndian ? piece[index].byteSwapped : piece[index])) }
    }
    return result
  }
}

extension NPYElements {
  /// The elements of an array of this shape, whose first axis varies fastest, in C order.
  func fromFortranOrder(_ shape: [Int]) -> NPYElements {
    switch self {
    case .uint8(let values): .uint8(reordered(values, shape))
    case .float32(let values): .float32(reordered(values, shape))
    case .int32(let values): .int32(reordered(values, shape))
    case .int64(let values): .int64(reordered(values, shape))
    }
  }
}

private func reordered<Value>(_ values: [Value], _ shape: [Int]) -> [Value] {
  var strides: [Int] = []
  var stride = 1
  for length in shape {
    strides.append(stride)
    stride *= length
  }
  var result: [Value] = []
  result.reserveCapacity(values.count)
  var index = [Int](repeating: 0, count: shape.count)
  var from = 0
  while result.count < values.count {
    result.append(values[from])
    // Counts up, the last axis first.
    for axis in shape.indices.reversed() {
      index[axis] += 1
      from += strides[axis]
      if index[axis] < shape[axis] { break }
      from -= index[axis] * strides[axis]
      index[axis] = 0
    }
  }
  return result
}
