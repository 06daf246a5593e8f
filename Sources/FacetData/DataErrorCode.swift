import FacetDiagnostics

/// The codes of what can be wrong with images, labels and folders of them, and what each means. The facts (names, sizes) stand where the
/// error is made.
package enum DataErrorCode: String, ErrorCode, CaseIterable {
  case setEmpty = "data.set.empty"
  case setMissing = "data.set.missing"
  case setKind = "data.set.kind"
  case setIndex = "data.set.index"

  case imageUnknown = "data.image.unknown"
  case imageTruncated = "data.image.truncated"
  case imageCorrupt = "data.image.corrupt"
  case imageTooLarge = "data.image.too-large"
  case imageUnsupported = "data.image.unsupported"
  case imageMemory = "data.image.memory"

  case frameRegion = "data.frame.region"
  case frameSize = "data.frame.size"

  case roiColumns = "data.roi.columns"
  case roiValue = "data.roi.value"
  case roiOutside = "data.roi.outside"
  case roiTensor = "data.roi.tensor"

  case labelsEmpty = "data.labels.empty"
  case labelsTooLarge = "data.labels.too-large"
  case labelsDuplicateColumn = "data.labels.duplicate-column"
  case labelsNoFileColumn = "data.labels.no-file-column"
  case labelsFields = "data.labels.fields"
  case labelsPath = "data.labels.path"

  case inputPixels = "data.input.pixels"
  case inputShape = "data.input.shape"
  case inputNotFinite = "data.input.not-finite"
}

extension DataErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .setEmpty:
      (
        "There is no sample in the data.",
        "The folder holds no image or tensor: files in folders below it do not count, nor do names with other endings.",
        "Name the folder that holds the images themselves, or add a labels.csv that lists them."
      )
    case .setMissing:
      (
        "A file that labels.csv lists does not exist.",
        "Paths in the column file are relative to the folder of labels.csv. Images were moved, renamed or not copied, or the case of letters differs.",
        "Correct the path, copy the file, or remove the line."
      )
    case .setKind:
      (
        "A file that labels.csv lists is not an image or a tensor.",
        "The name's ending is not one that is read, or the name is that of a folder.",
        "List .png, .jpg, .jpeg, .ppm, .pgm or .npy files."
      )
    case .setIndex:
      (
        "The program asked for a sample that the data does not have.",
        "This is a mistake in the program that asks, not in the data: commands ask only for samples that exist.",
        "Report it with the command and the data's layout."
      )
    case .imageUnknown:
      (
        "The file is not an image that can be read.",
        "The content decides, not the name: a WebP, GIF, BMP, TIFF or HEIC image, or a web page saved under an image's name.",
        "Convert it to PNG or JPEG; 'file NAME' says what it is."
      )
    case .imageTruncated:
      ("The image file ends too early.", "A download or copy was interrupted.", "Copy or download it again.")
    case .imageCorrupt:
      (
        "The image file is damaged.",
        "Bytes were changed on the way, or a program wrote a broken file. An image is never used in part.",
        "Open it in an image viewer to see; make or copy it again, or remove it from the data."
      )
    case .imageTooLarge:
      (
        "The image has too many pixels, or its file too many bytes.",
        "A panorama, a scan or a file made to exhaust memory. The sizes are checked before memory is taken.",
        "Scale the image down; the network's input is far smaller."
      )
    case .imageUnsupported:
      (
        "The image has a form that is not supported.",
        "For example a CMYK JPEG, whose colours would need a profile to be right, or a text PPM or bitmap.",
        "Save it as 8-bit RGB in PNG or JPEG."
      )
    case .imageMemory:
      ("There is not enough memory for the image.", "The machine is out of memory.", "Scale the image down, or end other programs.")
    case .frameRegion:
      (
        "The region of the image is empty or leaves the image.",
        "A face box that reaches over the border, or one with its corners swapped.",
        "Clip the region to the image; it is x, y, width, height in pixels."
      )
    case .frameSize:
      (
        "The image cannot be resized to the network's input.",
        "A side is zero or beyond the limit.",
        "Check the input's width and height in the recipe."
      )
    case .roiColumns:
      (
        "labels.csv does not have exactly four columns of regions.",
        "The recipe's input.roi names a column that labels.csv lacks, or only some of roi_x, roi_y, roi_w and roi_h are there.",
        "Give all four: left, top, width and height in pixels of the image."
      )
    case .roiValue:
      (
        "A region in labels.csv is not four numbers of pixels.",
        "A field is empty while others are filled, holds a text, or width or height is not above 0.",
        "Fill in all four fields, or leave all four empty to take the whole image."
      )
    case .roiOutside:
      (
        "A region lies wholly outside its image.",
        "It belongs to another image or size, or the image was rotated: regions refer to the image as it is shown, after its EXIF rotation.",
        "Check the region against the image's width and height."
      )
    case .roiTensor:
      (
        "A region was given for a sample that is not an image.",
        "Tensors are taken whole: they are the network's input already.",
        "Give images, or leave the region out."
      )
    case .labelsEmpty:
      (
        "labels.csv has no column names, or no samples.",
        "The file is empty, or ends after its first line.",
        "Begin with a line such as file,age,emotion, and add a line for each image."
      )
    case .labelsTooLarge:
      ("labels.csv is too large.", "It has too many bytes or fields to be held in memory.", "Split it, or drop columns that are not used.")
    case .labelsDuplicateColumn:
      ("Two columns of labels.csv have the same name.", "Which one counts would be a guess.", "Rename or remove one of them.")
    case .labelsNoFileColumn:
      (
        "labels.csv has no column 'file'.",
        "The first line is missing, names the column differently, or is separated by semicolons or tabs.",
        "Name the column of the image paths 'file', and separate fields by commas."
      )
    case .labelsFields:
      (
        "A line of labels.csv has more or fewer fields than there are columns.",
        "A text with a comma in it is not quoted, or a line was cut off.",
        "Quote fields that hold commas; leave a field empty where a value is not known."
      )
    case .labelsPath:
      (
        "A path in labels.csv is not a plain path below its folder.",
        "It is empty, absolute, or leaves the folder with '..': somebody else's label file must not read other files on this machine.",
        "Write paths relative to the folder of labels.csv, and inside it."
      )
    case .inputPixels:
      (
        "An image was given to a bundle that takes only tensors.",
        "The bundle was compiled without a recipe, so it does not say how pixels become numbers.",
        "Make a recipe with 'facet init MODEL -o recipe.json', fill in the normalization of the training, and compile with --recipe."
      )
    case .inputShape:
      (
        "A sample is not of the shape that the network takes.",
        "Channels last instead of first, another size, or a missing axis of samples.",
        "Save float32 arrays of samples x channels x height x width; 'facet inspect BUNDLE' shows the shape."
      )
    case .inputNotFinite:
      (
        "A sample holds numbers that are infinite or not numbers (NaN).",
        "A division by 0 when it was normalized, or float16 that overflowed; one such number spreads over all scores.",
        "Correct or leave out the sample; numpy.isfinite(x).all() must hold."
      )
    }
  }
}

extension FacetError {
  /// - Parameter place: where in the file, such as "line 3, column age"; empty when the whole file is meant.
  package init(code: DataErrorCode, file: String, place: String = "", message: String, remedy: String) {
    self.init(Diagnostic(code: code, file: file, place: place.isEmpty ? nil : place, message: message, remedy: remedy))
  }
}
