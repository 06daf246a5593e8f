/// A value as the engine sees it: an image of pixels with channels.
package struct PixelShape: Equatable {
  package var height: Int
  package var width: Int
  package var channels: Int

  package init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// `[1, C, H, W]`, `[1, C, L]` (one row), `[1, N]`, `[N]` and scalars (one pixel). Nil for other ranks or batches.
  package init?(_ shape: [Int]) {
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
  package var isPlanar: Bool { channels == 1 || height * width == 1 }
}
