import FacetRecipe

/// Whether a shape looks like that of an image, and in which layout.
package struct ImageGuess {
  package var layout: Recipe.Layout
  package var channels: Int
  package var height: Int
  package var width: Int

  package init?(_ shape: [Int]) {
    guard shape.count == 4, shape[0] == 1 else { return nil }
    if [1, 3].contains(shape[1]) {
      (layout, channels, height, width) = (.nchw, shape[1], shape[2], shape[3])
    } else if [1, 3].contains(shape[3]) {
      (layout, channels, height, width) = (.nhwc, shape[3], shape[1], shape[2])
    } else {
      return nil
    }
    guard (1...16384).contains(height), (1...16384).contains(width) else { return nil }
  }
}
