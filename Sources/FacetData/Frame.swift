import FacetDiagnostics
import FacetFormat
import FacetFrames

/// A decoded image: rows of interleaved 8-bit RGB, top to bottom, without padding.
package struct Frame: Equatable, Sendable {
  package let width: Int
  package let height: Int
  /// `width * height * 3` bytes.
  package let pixels: [UInt8]

  /// Nil when a side is not within 1 ... `frameMaximumSide` or the number of bytes is not `width * height * 3`.
  package init?(width: Int, height: Int, pixels: [UInt8]) {
    guard (1...frameMaximumSide).contains(width), (1...frameMaximumSide).contains(height),
      pixels.count == width * height * 3
    else { return nil }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The frame as a network's input: `height` rows of `width` pixels of `color.channels` bytes (HWC), through the same
  /// code that a board runs.
  ///
  /// - Parameters:
  ///   - region: the part of the frame to take; all of it when nil.
  ///   - fill: the value beside the picture when the rule is letterbox.
  /// - Throws: `data.frame.size` or `data.frame.region`.
  package func resized(
    width: Int, height: Int, rule: ResizeRule = .stretch, color: ColorOrder = .rgb, fill: UInt8 = 114,
    region: FrameRegion? = nil
  ) throws(FacetError) -> [UInt8] {
    guard
      let scratchSize = frameResizeScratchSize(
        maximumWidth: self.width, maximumHeight: self.height, destinationWidth: width, destinationHeight: height)
    else { throw refused(.badDestination, width, height) }
    let region = region ?? FrameRegion(x: 0, y: 0, width: self.width, height: self.height)
    var status = FrameResizeStatus.badDestination
    let result = [UInt8](unsafeUninitializedCapacity: width * height * color.channels) { destination, count in
      guard let to = destination.baseAddress else { return }
      let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: scratchSize, alignment: 8)
      defer { scratch.deallocate() }
      pixels.withUnsafeBufferPointer { pixels in
        guard let from = pixels.baseAddress else { return }
        let source = FrameSource(
          pixels: from, width: self.width, height: self.height, rowStride: self.width * 3, channels: 3)
        status = resizeFrame(
          source, region: region, destination: to, width: width, height: height, rule: rule, color: color, fill: fill,
          scratch: scratch)
      }
      if status == .done { count = width * height * color.channels }
    }
    guard status == .done else { throw refused(status, width, height) }
    return result
  }

  private func refused(_ status: FrameResizeStatus, _ width: Int, _ height: Int) -> FacetError {
    if status == .badRegion {
      return FacetError(
        code: .frameRegion, file: "frame \(self.width)x\(self.height)",
        message: "the region is empty or leaves the frame", remedy: "Clip the region to the frame.")
    }
    return FacetError(
      code: .frameSize, file: "frame \(self.width)x\(self.height)",
      message: "cannot be resized to \(width) x \(height) pixels",
      remedy: "Sides are between 1 and \(frameMaximumSide) pixels.")
  }
}
