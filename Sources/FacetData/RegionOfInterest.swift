import FacetDiagnostics
import FacetFormat
import FacetFrames

/// Which part of each image of a data set is looked at, such as the box of a face. Without any, all of it.
package struct RegionOfInterest: Sendable {
  /// The same part of every image; it takes the place of columns.
  package var fixed: FrameRegion?
  /// Columns of `labels.csv` with x, y, width and height of each image's part, as the recipe names them; nil for
  /// `defaultColumns`, where the table has them.
  package var columns: [String]?

  package static let defaultColumns = ["roi_x", "roi_y", "roi_w", "roi_h"]

  package init(fixed: FrameRegion? = nil, columns: [String]? = nil) {
    self.fixed = fixed
    self.columns = columns
  }

  /// What is wrong with a text that should say a part of an image.
  package enum TextFault: Error {
    /// It is not four numbers, or the part has no pixels.
    case form
    /// Shares of the image's sides.
    case shares
  }

  /// The same part of every image: "x,y,w,h", rounded to pixels.
  package init(text: String) throws(TextFault) {
    let texts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !Self.areShares(texts) else { throw .shares }
    guard let region = FrameRegion(texts.map(Self.pixels)) else { throw .form }
    self.init(fixed: region)
  }

  /// Whether four numbers are all 1 at most: pixels of a corner that nobody means, but shares of the image's width and height, as some
  /// detectors give them.
  private static func areShares(_ texts: [String]) -> Bool {
    let numbers = texts.compactMap(Double.init)
    return numbers.count == 4 && texts.count == 4 && numbers.allSatisfy { abs($0) <= 1 } && numbers[2] > 0 && numbers[3] > 0
  }

  /// The parts of the samples of a table; an empty array where it has none. A sample whose four fields are empty is taken whole.
  ///
  /// - Throws: `data.roi.columns` where some of the columns are missing (all of them, if the recipe names them), `data.roi.value`.
  func regions(_ table: LabelTable, file: String) throws(FacetError) -> [FrameRegion?] {
    let names = columns ?? Self.defaultColumns
    let found = names.compactMap { table[column: $0] }
    if found.isEmpty, columns == nil { return [] }
    guard found.count == 4 else {
      let missing = names.filter { table[column: $0] == nil }
      throw FacetError(
        code: .roiColumns, file: file, place: "line 1",
        message: "no column " + missing.map { "'\(excerpt($0))'" }.joined(separator: ", "),
        remedy: "A region of interest needs four: x, y, width and height, in pixels"
          + (columns == nil ? "." : "; the recipe names them in input.roi."))
    }
    var regions: [FrameRegion?] = []
    regions.reserveCapacity(table.files.count)
    for sample in table.files.indices {
      let texts = found.map { $0[sample] }
      if texts.allSatisfy(\.isEmpty) {
        regions.append(nil)
        continue
      }
      guard !Self.areShares(texts) else {
        throw FacetError(
          code: .roiValue, file: file, place: "line \(table.lines[sample]), columns \(names.joined(separator: ", "))",
          message: "\(texts.joined(separator: ", ")) are shares of the image's sides, or one pixel of its corner",
          remedy: "A region is in pixels of the upright image: multiply x and w by its width, y and h by its height.")
      }
      let numbers = texts.map(Self.pixels)
      guard let region = FrameRegion(numbers) else {
        let bad = numbers.firstIndex(of: nil) ?? (numbers[2] ?? 0 < 1 ? 2 : 3)
        throw FacetError(
          code: .roiValue, file: file, place: "line \(table.lines[sample]), column \(names[bad])",
          message: numbers[bad] == nil
            ? "'\(excerpt(texts[bad]))' is not a number of pixels" : "\(texts[bad]) pixels are not part of an image",
          remedy: "Give x, y, width and height in pixels of the upright image; leave all four empty for the whole image.")
      }
      regions.append(region)
    }
    return regions
  }

  /// What detectors write is often no whole number: the nearest one.
  private static func pixels(_ text: String) -> Int? {
    guard let number = Double(text), abs(number) < 1e9 else { return nil }
    return Int(number.rounded())
  }
}

extension FrameRegion {
  /// x, y, width, height; nil unless all four are there and the region has pixels.
  package init?(_ numbers: [Int?]) {
    guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2], let height = numbers[3], width > 0,
      height > 0, [x, y, width, height].allSatisfy({ abs($0) <= 1_000_000_000 })
    else { return nil }
    self.init(x: x, y: y, width: width, height: height)
  }
}

extension Sample {
  /// The sample with a region that lies within its frame.
  ///
  /// - Parameters:
  ///   - file: that says the region, for errors; without one, the data set.
  ///   - line: of that file.
  /// - Throws: `data.roi.outside`, `data.roi.tensor`.
  func cropped(to region: FrameRegion?, file: String, line: Int?) throws(FacetError) -> Sample {
    guard let region else { return self }
    let place = (line.map { "line \($0), " } ?? "") + name
    switch self {
    case .frame(let frame, let name, _):
      guard let clipped = region.clipped(width: frame.width, height: frame.height) else {
        throw FacetError(
          code: .roiOutside, file: file, place: place,
          message: "the region of \(region.width) x \(region.height) pixels at \(region.x), \(region.y) lies outside the image of "
            + "\(frame.width) x \(frame.height)",
          remedy: "Give x, y, width and height in pixels of the upright image.")
      }
      return .frame(frame, name: name, region: clipped)
    case .tensor:
      throw FacetError(
        code: .roiTensor, file: file, place: place, message: "a region of interest, but the sample is a tensor, not an image",
        remedy: "Give images (or uint8 .npy), or no region.")
    }
  }
}
