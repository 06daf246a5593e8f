import FacetIR
import FacetQuantization

/// The part of its output that an instruction writes.
struct ConcatSlice {
  var axis: ConcatAxis
  var position: Int
  var shape: PixelShape
}
