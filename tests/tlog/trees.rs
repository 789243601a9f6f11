//! Trees and proofs in memory.

use crate::{entry, leaves};
use attestar::tlog::{
    Frontier, Hash, MemoryTree, TilePath, TileReader, TreeHead, check_consistency, check_inclusion,
    consistency, inclusion, leaf_hash, node_hash, root,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::io;

/// The root by its definition (RFC 9162, 2.1.1).
fn merkle_tree_hash(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::EMPTY,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&merkle_tree_hash(left), &merkle_tree_hash(right))
        }
    }
}

fn flipped(hash: &Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8 % 32] ^= 1 << (bit % 8);
    Hash::new(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_way_to_a_root_is_the_definition(size in 0_u64..700) {
        let leaves = leaves(size);
        let (defined, tree) = (merkle_tree_hash(&leaves), MemoryTree::from_iter(leaves.clone()));
        prop_assert_eq!(Frontier::from_iter(leaves).head(), TreeHead { size, root: defined });
        prop_assert_eq!(tree.head(), TreeHead { size, root: defined });
        prop_assert_eq!(root(&tree, size), Ok(defined));
    }

    #[test]
    fn an_inclusion_proof_holds_and_no_altered_one_does(
        size in 1_u64..600, at in any::<Index>(), which in any::<Index>(), bit in 0_usize..256,
    ) {
        let tree = MemoryTree::from_iter(leaves(size));
        let index = at.index(size as usize) as u64;
        let (head, leaf) = (tree.head(), leaf_hash(&entry(index)));
        let path = inclusion(&tree, index, size).unwrap();
        prop_assert_eq!(check_inclusion(&leaf, index, &head, &path), Ok(()));

        prop_assert!(check_inclusion(&flipped(&leaf, bit), index, &head, &path).is_err());
        let other = TreeHead { root: flipped(&head.root, bit), ..head };
        prop_assert!(check_inclusion(&leaf, index, &other, &path).is_err());
        for elsewhere in (0..size).filter(|other| *other != index) {
            prop_assert!(check_inclusion(&leaf, elsewhere, &head, &path).is_err());
        }
        if !path.is_empty() {
            let (mut altered, mut shorter) = (path.clone(), path.clone());
            let which = which.index(path.len());
            altered[which] = flipped(&altered[which], bit);
            shorter.remove(which);
            prop_assert!(check_inclusion(&leaf, index, &head, &altered).is_err());
            prop_assert!(check_inclusion(&leaf, index, &head, &shorter).is_err());
        }
        let longer = [path.as_slice(), &[leaf]].concat();
        prop_assert!(check_inclusion(&leaf, index, &head, &longer).is_err());
    }

    #[test]
    fn a_consistency_proof_holds_and_no_altered_one_does(
        sizes in (1_u64..600, 1_u64..600), which in any::<Index>(), bit in 0_usize..256,
    ) {
        let (old, new) = (sizes.0.min(sizes.1), sizes.0.max(sizes.1));
        let tree = MemoryTree::from_iter(leaves(new));
        let (before, after) = (Frontier::from_iter(leaves(old)).head(), tree.head());
        let path = consistency(&tree, old, new).unwrap();
        prop_assert_eq!(check_consistency(&before, &after, &path), Ok(()));

        let other = TreeHead { root: flipped(&before.root, bit), ..before };
        prop_assert!(check_consistency(&other, &after, &path).is_err());
        let other = TreeHead { root: flipped(&after.root, bit), ..after };
        prop_assert!(check_consistency(&before, &other, &path).is_err());
        if old < new {
            prop_assert!(check_consistency(&after, &before, &path).is_err());
        }
        if !path.is_empty() {
            let (mut altered, mut shorter) = (path.clone(), path.clone());
            let which = which.index(path.len());
            altered[which] = flipped(&altered[which], bit);
            shorter.remove(which);
            prop_assert!(check_consistency(&before, &after, &altered).is_err());
            prop_assert!(check_consistency(&before, &after, &shorter).is_err());
        }
        let longer = [path.as_slice(), &[after.root]].concat();
        prop_assert!(check_consistency(&before, &after, &longer).is_err());
    }

    #[test]
    fn no_proof_is_too_strange_to_be_refused(
        sizes in (any::<u64>(), any::<u64>(), any::<u64>()), path in vec(any::<[u8; 32]>().prop_map(Hash::new), 0..70),
    ) {
        let (index, old, new) = sizes;
        let head = |size| TreeHead { size, root: Hash::EMPTY };
        let _ = check_inclusion(&Hash::EMPTY, index, &head(new), &path);
        let _ = check_consistency(&head(old), &head(new), &path);
        let nothing = |_: &TilePath| Err::<Vec<u8>, _>(io::Error::other("nothing"));
        let reader = TileReader::new(head(new), nothing);
        prop_assert!(inclusion(&reader, index, new).is_err());
        prop_assert!(reader.entry(index).is_err());
        let _ = consistency(&reader, old, new);
        prop_assert!(TilePath::new_since(old, new).take(9).all(|path| path.width() > 0));
    }
}
