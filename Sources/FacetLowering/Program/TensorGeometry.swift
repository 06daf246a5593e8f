import FacetFormat
import FacetIR

/// The pixels around a tensor that its readers' windows reach.
struct Border: Equatable {
  var top = 0
  var left = 0
  var bottom = 0
  var right = 0

  static let none = Border()

  func union(_ other: Border) -> Border {
    Border(
      top: max(top, other.top), left: max(left, other.left), bottom: max(bottom, other.bottom), right: max(right, other.right))
  }
}

/// In what form a value stands in the arena: its number type, and whether it is an image (NHWC, with a border where windows reach
/// beyond it) or plain (one pixel that lists the elements in canonical order, NCHW where it has four dimensions).
package enum TensorForm: Hashable {
  case int8
  case float32
  case plainInt8
  case plainFloat32

  init(int8: Bool, plain: Bool) {
    self = int8 ? (plain ? .plainInt8 : .int8) : (plain ? .plainFloat32 : .float32)
  }

  package var isInt8: Bool { self == .int8 || self == .plainInt8 }
  var isPlain: Bool { self == .plainInt8 || self == .plainFloat32 }
  /// Bytes of an element.
  var elementSize: Int { isInt8 ? 1 : 4 }
}

/// A tensor of the program: a value of the graph in one form.
package struct TensorKey: Hashable {
  package var value: ValueID
  package var form: TensorForm

  init(_ value: ValueID, _ form: TensorForm) {
    self.value = value
    self.form = form
  }
}
