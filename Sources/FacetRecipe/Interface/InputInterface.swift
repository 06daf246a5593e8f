import FacetFormat

/// What a bundle says about its input.
package struct InputInterface {
  package var name: String
  /// Nil where only tensors are taken.
  package var pixels: PixelInterface?

  /// The input section of a bundle.
  ///
  /// - Parameters:
  ///   - tensor: in fragment 0, what frames and numbers become.
  ///   - number: of that tensor.
  ///   - offset: where its 0 lies between two codes, of pixels without a mean image.
  package func section(_ tensor: TensorRecord, number: UInt32, offset: Float) -> [UInt8] {
    var writer = ByteWriter()
    InputRecord.write(
      to: &writer, kind: pixels == nil ? InputRecord.tensor : offset == 0 ? InputRecord.image : InputRecord.offsetImage, tensor: number,
      height: tensor.height, width: tensor.width, channels: tensor.channels, colorOrder: pixels?.colorOrder ?? 0,
      resizeRule: pixels?.resizeRule ?? 0, fill: pixels?.fill ?? 0,
      multiplier: tensor.type == .int8 ? Float(1 / Double(tensor.scale)) : 0, offset: offset, name: Array(name.utf8),
      table: table(tensor, Double(offset)),
      meanImage: pixels?.meanImage(step: tensor.type == .int8 ? Double(tensor.scale) : 1))
    return writer.bytes
  }

  /// Per channel and pixel value: its code + 128, or its real number.
  private func table(_ record: TensorRecord, _ offset: Double) -> [UInt8] {
    guard let pixels, pixels.meanImage == nil else { return [] }
    let quantization = record.type == .int8 ? (Double(record.scale), Double(record.zeroPoint)) : nil
    var writer = ByteWriter()
    for channel in 0..<Int(record.channels) {
      for pixel in 0..<256 {
        let real = pixels.real(pixel, channel: channel)
        if let (scale, zero) = quantization {
          let code = max(-128, min(127, (real / scale + offset).rounded(.toNearestOrEven) + zero))
          writer.u8(UInt8(code + 128))
        } else {
          writer.f32(Float(real))
        }
      }
    }
    return writer.bytes
  }

  package init(name: String, pixels: PixelInterface?) {
    self.name = name
    self.pixels = pixels
  }
}

/// From a pixel to the network's input: real = (pixel * scale - mean) / std, per channel.
package struct PixelInterface {
  var colorOrder: UInt32
  var resizeRule: UInt32
  var fill: UInt32
  var scale: Double
  var mean: [Double]
  var std: [Double]
  /// In place of `mean`: height x width x channels.
  package var meanImage: [Double]? = nil

  /// Factors and means as a bundle holds them: in units of `step`. Nil without a mean image.
  func meanImage(step: Double) -> (factors: [Float], means: [Float])? {
    guard let meanImage else { return nil }
    return (
      std.map { Float(scale / ($0 * step)) },
      meanImage.enumerated().map { Float($1 / (std[$0 % std.count] * step)) }
    )
  }

  func real(_ pixel: Int, channel: Int) -> Double { (Double(pixel) * scale - mean[channel]) / std[channel] }

  /// Of pixels that are normalized alike in all channels: the difference of the real numbers of one pixel value and the next, and the pixel value,
  /// perhaps no whole one, that becomes 0; nil where 0 is none from 0 to 255, or channels differ.
  package var steps: (step: Double, zero: Double)? {
    guard meanImage == nil, let mean = mean.first, let std = std.first, self.mean.allSatisfy({ $0 == mean }),
      self.std.allSatisfy({ $0 == std })
    else { return nil }
    let (step, zero) = (scale / std, mean / scale)
    return step > 0 && step.isFinite && zero >= 0 && zero <= 255 ? (step, zero) : nil
  }

  /// The smallest and the largest real number of any pixel.
  package var range: (low: Double, high: Double) {
    var low = Double.infinity
    var high = -Double.infinity
    if let meanImage {
      for (index, mean) in meanImage.enumerated() {
        let divisor = std[index % std.count]
        for pixel in [0.0, 255.0] {
          low = min(low, (pixel * scale - mean) / divisor)
          high = max(high, (pixel * scale - mean) / divisor)
        }
      }
      return (low, high)
    }
    for channel in mean.indices {
      for pixel in [0, 255] {
        low = min(low, real(pixel, channel: channel))
        high = max(high, real(pixel, channel: channel))
      }
    }
    return (low, high)
  }

  package init(
    colorOrder: UInt32, resizeRule: UInt32, fill: UInt32, scale: Double, mean: [Double], std: [Double], meanImage: [Double]? = nil
  ) {
    self.colorOrder = colorOrder
    self.resizeRule = resizeRule
    self.fill = fill
    self.scale = scale
    self.mean = mean
    self.std = std
    self.meanImage = meanImage
  }
}
