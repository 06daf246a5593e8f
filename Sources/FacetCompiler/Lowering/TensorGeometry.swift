import FacetFormat
import FacetIR

/// A value as the engine sees it: an image of pixels with channels.
struct PixelShape: Equatable {
  var height: Int
  var width: Int
  var channels: Int

  init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// `[1, C, H, W]`, `[1, C, L]` (one row), `[1, N]`, `[N]` and scalars (one pixel). Nil for other ranks or batches.
  init?(_ shape: [Int]) {
    switch shape.count {
    case 4 where shape[0] == 1: (height, width, channels) = (shape[2], shape[3], shape[1])
    case 3 where shape[0] == 1: (height, width, channels) = (1, shape[2], shape[1])
    case 2 where shape[0] == 1: (height, width, channels) = (1, 1, shape[1])
    case 1: (height, width, channels) = (1, 1, shape[0])
    case 0: (height, width, channels) = (1, 1, 1)
    default: return nil
    }
  }

  /// Whether the canonical (NCHW) order of the elements is also their order in memory.
  var isPlanar: Bool { channels == 1 || height * width == 1 }
}

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
enum TensorForm: Hashable {
  case int8
  case float32
  case plainInt8
  case plainFloat32

  init(int8: Bool, plain: Bool) {
    self = int8 ? (plain ? .plainInt8 : .int8) : (plain ? .plainFloat32 : .float32)
  }

  var isInt8: Bool { self == .int8 || self == .plainInt8 }
  var isPlain: Bool { self == .plainInt8 || self == .plainFloat32 }
  /// Bytes of an element.
  var elementSize: Int { isInt8 ? 1 : 4 }
}

/// A tensor of the program: a value of the graph in one form.
struct TensorKey: Hashable {
  var value: ValueID
  var form: TensorForm

  init(_ value: ValueID, _ form: TensorForm) {
    self.value = value
    self.form = form
  }
}
