//! The function's image: header, settings, and where code and files lie. Read once, at the boot; nothing is copied.

use crate::wire::{Malformed, Reader, Strings};
use abi::image;

/// Bytes of the image's header.
const HEADER: usize = 0x48;

/// An image whose header and settings hold together.
pub(crate) struct Image {
    bytes: &'static [u8],
    /// Compiled code, at a page's start.
    pub(crate) code: &'static [u8],
    /// What the code is: one of `abi::image`'s kinds.
    pub(crate) kind: u32,
    pub(crate) flags: u32,
    pub(crate) arguments: Strings<'static>,
    pub(crate) environment: Strings<'static>,
    /// Name, value, name, value, ...
    pub(crate) variables: Strings<'static>,
    /// The index of the tree.
    pub(crate) tree: &'static [u8],
    /// The function's memory limit, in bytes.
    pub(crate) memory_limit: u64,
}

impl Image {
    pub(crate) fn parse(bytes: &'static [u8]) -> Result<Self, Malformed> {
        let mut header = Reader::new(bytes.get(..HEADER).ok_or(Malformed("it is shorter than its header"))?);
        if header.bytes(8)? != image::MAGIC {
            return Err(Malformed("it does not begin as an image does"));
        }
        let kind = header.u32()?;
        if !matches!(kind, image::KIND_COMMAND | image::KIND_HTTP | image::KIND_COMPONENT_COMMAND) {
            return Err(Malformed("its kind is not known"));
        }
        let flags = header.u32()?;
        let mut part = || section(bytes, header.u64()?, header.u64()?);
        let (code, settings, tree) = (part()?, part()?, part()?);
        let memory_limit = header.u64()?;
        if code.is_empty() || code.as_ptr().addr() % abi::PAGE != 0 {
            return Err(Malformed("its code does not lie at a page's start"));
        }
        let mut settings = Reader::new(settings);
        let (arguments, environment) = (settings.list()?, settings.list()?);
        let variables = if settings.is_empty() { Strings::EMPTY } else { settings.list()? };
        Ok(Self { bytes, code, kind, flags, arguments, environment, variables, tree, memory_limit })
    }

    pub(crate) fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// A file's content, in place.
    pub(crate) fn content(&self) -> &'static [u8] {
        self.bytes
    }
}

/// `length` bytes at `offset`.
pub(crate) fn section(bytes: &'static [u8], offset: u64, length: u64) -> Result<&'static [u8], Malformed> {
    let start = usize::try_from(offset).ok();
    let end = start.and_then(|s| s.checked_add(usize::try_from(length).ok()?));
    start.zip(end).and_then(|(s, e)| bytes.get(s..e)).ok_or(Malformed("a part of it lies outside"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use alloc::boxed::Box;
    use alloc::vec;
    use alloc::vec::Vec;

    impl Image {
        /// An image without code, settings or files.
        pub(crate) fn empty(flags: u32) -> Self {
            Self {
                kind: abi::image::KIND_COMMAND,
                variables: Strings::EMPTY,
                bytes: &[],
                code: &[],
                flags,
                arguments: Strings::EMPTY,
                environment: Strings::EMPTY,
                tree: &[0; 4],
                memory_limit: 0,
            }
        }
    }

    #[repr(align(4096))]
    struct Aligned([u8; 3 * 4096]);

    fn image(edit: impl FnOnce(&mut [u8])) -> &'static [u8] {
        let page = Box::leak(Box::new(Aligned([0; 3 * 4096])));
        let b = &mut page.0;
        b[..8].copy_from_slice(&image::MAGIC);
        b[8..12].copy_from_slice(&image::KIND_COMMAND.to_le_bytes());
        let settings: Vec<u8> = vec![1, 0, 0, 0, 1, 0, 0, 0, b'p', 0, 0, 0, 0];
        for (at, value) in [(0x10, 4096u64), (0x18, 100), (0x20, 8192), (0x28, settings.len() as u64), (0x30, 8300), (0x38, 4), (0x40, 1 << 26)] {
            b[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        b[8192..8192 + settings.len()].copy_from_slice(&settings);
        edit(b);
        &page.0
    }

    #[test]
    fn an_image_gives_its_parts() {
        let image = Image::parse(image(|_| ())).unwrap();
        assert_eq!((image.code.len(), image.tree.len(), image.memory_limit), (100, 4, 1 << 26));
        assert_eq!(image.arguments.iter().collect::<Vec<_>>(), [b"p"]);
        assert_eq!(image.environment.count(), 0);
    }

    #[test]
    fn variables_may_follow() {
        let settings: Vec<u8> = [0u32, 0, 1, 1].into_iter().flat_map(u32::to_le_bytes).chain([b'k']).collect();
        let image = image(|b| {
            b[0x28..0x30].copy_from_slice(&(settings.len() as u64).to_le_bytes());
            b[8192..8192 + settings.len()].copy_from_slice(&settings);
        });
        assert_eq!(Image::parse(image).unwrap().variables.iter().collect::<Vec<_>>(), [b"k"]);
    }

    #[test]
    fn a_broken_image_is_refused_with_the_reason() {
        let cases: [(&str, fn(&mut [u8])); 6] = [
            ("begin", |b| b[0] = 0),
            ("kind", |b| b[8] = 9),
            ("outside", |b| b[0x18..0x20].fill(0xff)),
            ("outside", |b| b[0x10..0x18].fill(0xff)),
            ("page's start", |b| b[0x10] = 1),
            ("middle", |b| b[8192] = 2),
        ];
        for (reason, edit) in cases {
            let Err(Malformed(text)) = Image::parse(image(edit)) else { panic!("accepted: {reason}") };
            assert!(text.contains(reason), "{text:?} does not say {reason:?}");
        }
        assert!(Image::parse(&image(|_| ())[..0x47]).is_err());
    }
}
