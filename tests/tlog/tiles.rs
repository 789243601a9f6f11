//! A log that grows file by file, read again tile by tile.

use crate::{Log, entry, leaves};
use attestar::tlog::{
    Hash, MemoryTree, Nodes, TileError, TileLevel, TilePath, TileReader, bundle, consistency,
    entries_of, inclusion, leaf_hash,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::collections::BTreeSet;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn growth_writes_the_tiles_that_the_former_tree_did_not_have(
        editions in vec(prop_oneof![0_u64..600, Just(256), Just(65_536)], 1..4),
    ) {
        let (mut log, mut size) = (Log::default(), 0);
        for more in editions {
            let before: BTreeSet<_> = TilePath::of_tree(size).collect();
            let after: BTreeSet<_> = TilePath::of_tree(size + more).collect();
            let written = log.grow(more);
            let new: Vec<_> = TilePath::new_since(size, size + more).collect();
            prop_assert_eq!(&written, &new);
            prop_assert_eq!(written.into_iter().collect::<BTreeSet<_>>(), &after - &before);
            size += more;
        }
        let tree = MemoryTree::from_iter(leaves(size));
        prop_assert_eq!(log.head(), tree.head());
        for path in TilePath::of_tree(size) {
            let bytes = match path.bytes(&tree).unwrap() {
                Some(hashes) => hashes,
                None => {
                    let first = path.index() * 256;
                    let entries = (first..first + u64::from(path.width())).map(entry);
                    bundle(&entries.collect::<Vec<_>>()).unwrap()
                }
            };
            prop_assert!(log.files[&path.to_string()] == bytes, "{path}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn tiles_say_what_the_tree_in_memory_says(
        editions in vec(1_u64..700, 1..4), at in any::<Index>(), older in any::<Index>(),
    ) {
        let mut log = Log::default();
        for more in &editions {
            log.grow(*more);
        }
        let size = log.head().size;
        let tree = MemoryTree::from_iter(leaves(size));
        let reader = TileReader::new(log.head(), |path: &TilePath| log.read(path));
        for level in 0..12 {
            for index in 0..size >> level {
                prop_assert_eq!(reader.node(level, index).unwrap(), tree.node(level, index).unwrap());
            }
            let beyond = reader.node(level, size >> level);
            let outside = matches!(beyond, Err(TileError::Outside { .. }));
            prop_assert!(outside);
        }
        let index = at.index(size as usize) as u64;
        prop_assert_eq!(reader.entry(index).unwrap(), entry(index));
        let path = inclusion(&reader, index, size).unwrap();
        prop_assert_eq!(&path, &inclusion(&tree, index, size).unwrap());
        let older = older.index(size as usize) as u64 + 1;
        let path = consistency(&reader, older, size).unwrap();
        prop_assert_eq!(&path, &consistency(&tree, older, size).unwrap());
    }

    #[test]
    fn an_altered_tile_is_never_believed(
        size in 1_u64..1400, file in any::<Index>(), byte in any::<Index>(), bit in 0_u32..8,
    ) {
        let mut log = Log::default();
        log.grow(size);
        let name = file.get(&log.files.keys().cloned().collect::<Vec<_>>()).clone();
        let bytes = log.files.get_mut(&name).unwrap();
        let byte = byte.index(bytes.len());
        bytes[byte] ^= 1 << bit;
        let reader = TileReader::new(log.head(), |path: &TilePath| log.read(path));
        let mut refused = 0;
        for index in 0..size.div_ceil(256) {
            match reader.bundle(index) {
                Ok(entries) => {
                    let range = index * 256..(index * 256 + 256).min(size);
                    prop_assert_eq!(entries, range.map(entry).collect::<Vec<_>>());
                }
                Err(_) => refused += 1,
            }
        }
        prop_assert!(refused > 0, "{name} is read as if nothing had happened");
    }

    #[test]
    fn an_entry_forged_with_all_its_hashes_is_never_believed(
        size in 1_u64..1400, at in any::<Index>(), height in 0_u8..3,
    ) {
        let mut log = Log::default();
        log.grow(size);
        let index = at.index(size as usize) as u64;
        let mut place = index;
        let mut forged = leaf_hash(b"forged");
        let bundle_path = TilePath::in_tree(TileLevel::Entries, index / 256, size).unwrap();
        let first = index / 256 * 256;
        let entries = (first..first + u64::from(bundle_path.width()))
            .map(|at| if at == index { b"forged".to_vec() } else { entry(at) });
        let bytes = bundle(&entries.collect::<Vec<_>>()).unwrap();
        log.files.insert(bundle_path.to_string(), bytes);
        // As far up as a forger can go: to the right edge, which the root proves.
        for level in 0..height {
            let path = TilePath::in_tree(TileLevel::Hashes(level), place / 256, size).unwrap();
            let bytes = log.files.get_mut(&path.to_string()).unwrap();
            let (hashes, _) = bytes.as_chunks_mut::<32>();
            hashes[(place % 256) as usize] = *forged.as_bytes();
            let tile: MemoryTree = hashes.iter().map(|hash| Hash::new(*hash)).collect();
            forged = tile.head().root;
            place /= 256;
            if !path.is_full() {
                break;
            }
        }
        let reader = TileReader::new(log.head(), |path: &TilePath| log.read(path));
        prop_assert!(reader.entry(index).is_err());
        let node = reader.node(0, index);
        prop_assert!(node.is_err() || node.unwrap() == leaf_hash(&entry(index)));
    }

    #[test]
    fn a_full_tile_serves_where_the_partial_one_is_gone(old in 1_u64..255, more in 256_u64..600) {
        let mut log = Log::default();
        log.grow(old);
        let head = log.head();
        log.grow(more);
        log.files.retain(|name, _| !name.contains(&format!(".p/{old}")));
        let reader = TileReader::new(head, |path: &TilePath| log.read(path));
        prop_assert_eq!(reader.bundle(0).unwrap(), (0..old).map(entry).collect::<Vec<_>>());
    }

    #[test]
    fn a_bundle_is_read_as_it_was_written(entries in vec(vec(any::<u8>(), 0..40), 0..257)) {
        let bytes = bundle(&entries).unwrap();
        prop_assert_eq!(entries_of(&bytes, entries.len() as u16).unwrap(), entries);
    }

    #[test]
    fn a_tile_path_is_read_as_it_was_written(
        level in prop_oneof![Just(TileLevel::Entries), (0_u8..4).prop_map(TileLevel::Hashes)],
        size in 1_u64..1 << 53, at in any::<Index>(),
    ) {
        let tiles = (0..=at.index(1 << 40) as u64).rev().step_by(1 << 20);
        let path = tiles.take(4).find_map(|index| TilePath::in_tree(level, index, size));
        if let Some(path) = path {
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}
