/// The codes of what can be wrong with images, tensors, labels and other files, and what each means. The facts (names, sizes) stand
/// where the error is made.
package enum DataErrorCode: String, CaseIterable, Sendable {
  case fileName = "data.file.name"
  case fileMissing = "data.file.missing"
  case fileKind = "data.file.kind"
  case fileUnreadable = "data.file.unreadable"
  case fileUnwritable = "data.file.unwritable"
  case fileChanged = "data.file.changed"
  case fileTooLarge = "data.file.too-large"
  case folderTooLarge = "data.folder.too-large"
  case memory = "data.memory"

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

  case npyMagic = "data.npy.magic"
  case npyVersion = "data.npy.version"
  case npyHeader = "data.npy.header"
  case npyTruncated = "data.npy.truncated"
  case npyType = "data.npy.type"
  case npyOrder = "data.npy.order"
  case npyShape = "data.npy.shape"

  case zipMagic = "data.zip.magic"
  case zipDirectory = "data.zip.directory"
  case zipEntry = "data.zip.entry"
  case zipName = "data.zip.name"
  case zipUnsupported = "data.zip.unsupported"
  case zipMethod = "data.zip.method"
  case zipEncrypted = "data.zip.encrypted"
  case zipOverlap = "data.zip.overlap"
  case zipDuplicate = "data.zip.duplicate"
  case zipTooLarge = "data.zip.too-large"
  case zipSize = "data.zip.size"
  case zipTruncated = "data.zip.truncated"
  case zipCorrupt = "data.zip.corrupt"
  case zipCrc = "data.zip.crc"
  case npzEmpty = "data.npz.empty"
  case npzMissing = "data.npz.missing"

  case deltaFormat = "data.delta.format"
  case deltaVersion = "data.delta.version"
  case deltaParent = "data.delta.parent"
  case deltaDamaged = "data.delta.damaged"

  case roiColumns = "data.roi.columns"
  case roiValue = "data.roi.value"
  case roiOutside = "data.roi.outside"
  case roiTensor = "data.roi.tensor"

  case labelsEmpty = "data.labels.empty"
  case labelsTooLarge = "data.labels.too-large"
  case labelsEncoding = "data.labels.encoding"
  case labelsLineEnd = "data.labels.line-end"
  case labelsQuote = "data.labels.quote"
  case labelsColumns = "data.labels.columns"
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
    case .fileName:
      (
        "The name is not one that a file can have.",
        "It is empty, or holds a zero byte. Often a variable of a script is not set.",
        "Print the command as the shell runs it, and give a name."
      )
    case .fileMissing:
      (
        "There is no file or folder of that name.",
        "A name was mistyped, or the command runs in another folder than the name is relative to. Names in a recipe are relative to the recipe.",
        "Look with ls, and correct the name."
      )
    case .fileKind:
      (
        "The name belongs to something other than what is expected.",
        "A folder, a device or a pipe stands where a file is read or written, or something that is neither file nor folder is given as data.",
        "Name a file; for data, a file or a folder."
      )
    case .fileUnreadable:
      (
        "The file exists, but the system does not allow reading it.",
        "Permissions are missing, or the disk reports an error. The message includes the system's reason.",
        "Check the permissions with ls -l, and the disk where the reason is an input/output error."
      )
    case .fileUnwritable:
      (
        "The file cannot be written. What stood there before is untouched.",
        "Permissions are missing, the folder does not exist, the file system is read-only, or the disk is full. "
          + "The message includes the system's reason. A result is written beside its name first, so the folder must be writable.",
        "Make the folder, free space, or name a file elsewhere."
      )
    case .fileChanged:
      (
        "The file became shorter while it was read.",
        "Another program writes it at the same time, such as a copy or an export that is still running.",
        "Wait until the other program is done, and try again."
      )
    case .fileTooLarge:
      (
        "The file is larger than a file of its kind may be.",
        "A wrong file was named, or very many samples stand in one file.",
        "Check the name; split the file into several and give their folder."
      )
    case .folderTooLarge:
      (
        "The folder has too many entries.",
        "The whole folder is listed before the first sample is read, and that list is bounded.",
        "Split the folder, or list the wanted files in a labels.csv."
      )
    case .memory:
      (
        "The work needs more memory than is left.",
        "The machine, its container or a limit (ulimit -v) leaves less than what is known to be needed. The message says both and which it is.",
        "End other programs, raise the limit, or use a machine with more memory; scale images down, or give fewer at a time."
      )
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
    case .npyMagic:
      (
        "The file is not a .npy array.",
        "It has the name, but not the content: perhaps raw numbers, text, or an .npz archive.",
        "Write it with numpy.save(name, array)."
      )
    case .npyVersion:
      ("The .npy file has a version that is not supported.", "Versions 1.0 to 3.0 exist today.", "Write it with numpy.save.")
    case .npyHeader:
      (
        "The header of the .npy file is not what numpy writes.",
        "It was written by hand or by another program, holds a structured array, or is damaged.",
        "Load it with numpy, make a plain array of it, and save that with numpy.save."
      )
    case .npyTruncated:
      (
        "The .npy file ends before its data does.",
        "A copy or a save was interrupted; its header promises more than there is.",
        "Copy or save it again."
      )
    case .npyType:
      (
        "The elements of the .npy array have a type that is not used here.",
        "Inputs are uint8 (images) or float32 (ready for the network); float64 is converted. Integers of other sizes, booleans, "
          + "float16, complex numbers, big-endian numbers and objects are not taken.",
        "Save x.astype('<f4') for tensors, or x.astype('u1') for pixels."
      )
    case .npyOrder:
      (
        "The .npy array is stored in Fortran order.",
        "It was saved after a transpose, which numpy stores column by column.",
        "Save numpy.ascontiguousarray(x)."
      )
    case .npyShape:
      (
        "The shape of the .npy array cannot be read as samples.",
        "The first axis counts samples. uint8 arrays are images: samples x height x width x 3 (or 1); a channels-first uint8 array is not taken. "
          + "float32 arrays are samples x channels x height x width.",
        "Save x[None] for one sample, and x.transpose(0, 2, 3, 1) for uint8 images that have their channels first."
      )
    case .zipMagic:
      (
        "The file is not a zip archive.",
        "It has the ending .npz, but not the content: perhaps a single array, or a download that is a web page.",
        "Write it with numpy.savez(name, age=age, ...), or rename it if it is something else."
      )
    case .zipDirectory:
      (
        "The list of entries at the end of the archive is missing or damaged.",
        "A copy or a save was interrupted, or bytes were added after the end.",
        "Copy or write the file again."
      )
    case .zipEntry:
      ("An entry of the archive is damaged.", "Bytes were changed on the way.", "Copy or write the file again.")
    case .zipName:
      ("An entry of the archive has a name that cannot be used.", "It is empty or not UTF-8.", "Write the file again with plain names.")
    case .zipUnsupported:
      ("The archive is split over several files.", "A packing program was told to make volumes.", "Write it as one file.")
    case .zipMethod:
      (
        "An entry is compressed in a way that is not supported.",
        "It was not packed by numpy: entries are stored or deflated there.",
        "Write it with numpy.savez or numpy.savez_compressed."
      )
    case .zipEncrypted:
      ("An entry of the archive is encrypted.", "It was packed with a password.", "Write the file without one.")
    case .zipOverlap:
      (
        "Two entries of the archive share bytes.", "The file is damaged, or made to unpack to far more than it holds.",
        "Write the file again."
      )
    case .zipDuplicate:
      ("Two entries of the archive have the same name.", "Which one counts would be a guess.", "Write the file again, each array once.")
    case .zipTooLarge:
      (
        "The archive has more entries or bytes than are accepted.",
        "Sizes are checked before memory is taken, so a file that would unpack to far more than it holds is refused early.",
        "Save fewer arrays, or fewer samples, in one file."
      )
    case .zipSize:
      ("An entry does not have the size that the archive says.", "The file is damaged.", "Copy or write the file again.")
    case .zipTruncated:
      ("The compressed data of an entry ends early.", "A copy or a save was interrupted.", "Copy or write the file again.")
    case .zipCorrupt:
      ("The compressed data of an entry is damaged.", "Bytes were changed on the way.", "Copy or write the file again.")
    case .zipCrc:
      ("An entry does not have the checksum that was stored with it.", "Bytes were changed on the way.", "Copy or write the file again.")
    case .npzEmpty:
      (
        "There are no arrays in the archive or folder.",
        "It holds files of another kind, or the .npy files stand in a folder below it.",
        "Save one array for each attribute: numpy.savez(name, age=age, ...)."
      )
    case .npzMissing:
      ("The archive has no array of that name.", "It was changed while it was read.", "Try again.")
    case .deltaFormat:
      (
        "The file is not a delta.",
        "Another file was named, or a transfer changed its line ends.",
        "Name a file that 'facet diff OLD NEW --emit FILE' wrote; transfer it as binary."
      )
    case .deltaVersion:
      (
        "The delta has a format that this version does not know.",
        "A newer Facet made it.",
        "Make the delta with this version, or use a newer Facet."
      )
    case .deltaParent:
      (
        "The delta was made for another file.",
        "The bundle that is there is not the one from which the delta was made: it is older, newer, or a delta was left out.",
        "Apply deltas in their order, or make one from the bundle that is there. Nothing was written."
      )
    case .deltaDamaged:
      (
        "The delta is damaged or cut off.",
        "A transfer stopped, or the bytes were changed on the way.",
        "Copy or download it again. Nothing was written."
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
    case .labelsEncoding:
      (
        "labels.csv is not UTF-8 text.",
        "A spreadsheet saved it in another encoding, or it is not a CSV file at all.",
        "Save it as CSV UTF-8; 'iconv -t UTF-8' converts."
      )
    case .labelsLineEnd:
      (
        "The lines of labels.csv end with a carriage return alone.",
        "An old Macintosh program wrote it.",
        "Save it with LF or CRLF line ends."
      )
    case .labelsQuote:
      (
        "A quoted field of labels.csv is not well formed.",
        "A quote is not closed, stands in the middle of a plain field, or is followed by text.",
        "Quote the whole field, and double the quotes inside it."
      )
    case .labelsColumns:
      (
        "A column of labels.csv has no name, or there are too many.", "A comma too many in the first line.",
        "Name each column, or remove it."
      )
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
