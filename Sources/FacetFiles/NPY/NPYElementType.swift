/// Element types of `.npy` files that are read, in either byte order; the raw value is numpy's `descr` without the order.
package enum NPYElementType: String, CaseIterable, Sendable {
  /// Read as uint8, 0 or 1.
  case bool = "b1"
  case uint8 = "u1"
  /// Read as int32.
  case int8 = "i1"
  case int16 = "i2"
  case uint16 = "u2"
  case int32 = "i4"
  /// Read as int64.
  case uint32 = "u4"
  case int64 = "i8"
  /// Read as float32.
  case float16 = "f2"
  case float32 = "f4"
  /// Read as float32, rounded to nearest.
  case float64 = "f8"

  /// Bytes per element in the file.
  package var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16, .float16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64: 8
    }
  }

  package var isFloat: Bool { self == .float16 || self == .float32 || self == .float64 }

  /// What `descr` means: `<f4`, `>i8`, `|u1`; `=` is this machine's order, which is little-endian. Nil for what is not read.
  static func parse(_ descr: String) -> (type: NPYElementType, isBigEndian: Bool)? {
    let order = descr.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    guard let type = NPYElementType(rawValue: String(descr.dropFirst(order == nil ? 0 : 1))) else { return nil }
    // Single bytes have no order, others must have one.
    if type.byteCount == 1 { return (type, false) }
    return order == "|" || order == nil ? nil : (type, order == ">")
  }

  /// As numpy writes it on a little-endian machine.
  package var descr: String { (byteCount == 1 ? "|" : "<") + rawValue }
}
