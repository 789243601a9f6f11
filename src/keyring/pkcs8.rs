//! PKCS#8 (RFC 5958) of Ed25519 keys (RFC 8410), and its encryption (PBES2, RFC 8018).

use pkcs8::{
    EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier, PrivateKeyInfo, PrivateKeyInfoRef,
    SecretDocument,
    der::{
        Decode as _,
        asn1::{AnyRef, BitStringRef, OctetStringRef},
    },
    pkcs5::{
        EncryptionScheme,
        pbes2::{EncryptionScheme as Cipher, Kdf, Parameters, Salt, ScryptParams},
    },
    spki::AlgorithmIdentifier,
};
use zeroize::Zeroizing;

use crate::keyring::Passphrase;
use crate::proof::SigningKey;

/// id-Ed25519 (RFC 8410, 3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// How the private key begins in its octets: OCTET STRING, 32 bytes (RFC 8410, 7).
const OCTET_STRING: [u8; 2] = [0x04, 0x20];

/// What a passphrase costs: 16 MiB, which is the most that OpenSSL 3 opens without being told, five
/// times over (OWASP's recommendation for this memory).
const COST: u64 = 1 << 14;
const BLOCK: u16 = 8;
const TIMES: u16 = 5;

/// Files that cost more than this are not opened: they were made to use up memory or time.
const MOST_MEMORY: u64 = 1 << 30;
const MOST_TIMES: u16 = 64;
const MOST_ROUNDS: u32 = 20_000_000;

/// A random salt and initialization vector.
pub(super) type Randomness = [u8; 32];

/// The PEM text of a key, not encrypted.
pub(super) fn plain(key: &SigningKey) -> pkcs8::Result<Zeroizing<String>> {
    Ok(document(key)?.to_pem("PRIVATE KEY", LineEnding::LF)?)
}

/// The PEM text of a key, encrypted with scrypt and AES-256-CBC.
pub(super) fn encrypted(
    key: &SigningKey,
    passphrase: &Passphrase,
    random: &Randomness,
) -> pkcs8::Result<Zeroizing<String>> {
    let (salt, iv) = random.split_at(16);
    let kdf = ScryptParams {
        salt: Salt::new(salt)?,
        cost_parameter: COST,
        block_size: BLOCK,
        parallelization: TIMES,
        key_length: None,
    };
    let mut vector = [0; 16];
    vector.copy_from_slice(iv);
    let parameters =
        Parameters { kdf: Kdf::Scrypt(kdf), encryption: Cipher::Aes256Cbc { iv: vector } };
    let document = document(key)?;
    let info = PrivateKeyInfoRef::from_der(document.as_bytes())?;
    let document = info.encrypt_with_params(parameters, passphrase.as_bytes())?;
    Ok(document.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF)?)
}

/// Version 1, without the public key: OpenSSL reads no other.
fn document(key: &SigningKey) -> pkcs8::Result<SecretDocument> {
    let mut octets = Zeroizing::new([0; 34]);
    octets[..2].copy_from_slice(&OCTET_STRING);
    octets[2..].copy_from_slice(key.seed());
    let algorithm = AlgorithmIdentifier::<AnyRef<'_>> { oid: ED25519, parameters: None };
    let private_key = OctetStringRef::new(&octets[..])?;
    let info = PrivateKeyInfo { algorithm, private_key, public_key: None::<BitStringRef<'_>> };
    Ok(SecretDocument::encode_msg(&info)?)
}

/// A private key and the public half that its file states.
pub(super) struct Stated {
    pub(super) key: SigningKey,
    pub(super) public: Option<[u8; 32]>,
}

/// The key in the DER of a `PRIVATE KEY`; or what is wrong with it.
pub(super) fn read(der: &[u8]) -> Result<Stated, &'static str> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| "it is damaged")?;
    if info.algorithm.oid != ED25519 {
        return Err("it is a key of another kind");
    }
    let seed = info.private_key.as_bytes().strip_prefix(&OCTET_STRING);
    let seed = seed.and_then(|seed| <[u8; 32]>::try_from(seed).ok()).map(Zeroizing::new);
    let seed = seed.filter(|_| info.algorithm.parameters.is_none()).ok_or("it is damaged")?;
    let public = info.public_key.map(|bits| {
        let bytes = bits.as_bytes().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.ok_or("the public key in it is damaged")
    });
    Ok(Stated { key: SigningKey::from_seed(*seed), public: public.transpose()? })
}

/// Why an `ENCRYPTED PRIVATE KEY` does not open.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shut {
    /// Not a file that this program opens.
    Malformed(&'static str),
    /// It opens, but not with this passphrase; or it was damaged.
    Passphrase,
}

/// Whether the DER of an `ENCRYPTED PRIVATE KEY` can be opened at all, before anybody is asked.
pub(super) fn openable(der: &[u8]) -> Result<EncryptedPrivateKeyInfoRef<'_>, Shut> {
    let info = EncryptedPrivateKeyInfoRef::from_der(der)
        .map_err(|_| Shut::Malformed("it is damaged, or encrypted in an unknown way"))?;
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        return Err(Shut::Malformed("its encryption (PBES1) is no longer safe"));
    };
    let sound = match &parameters.kdf {
        Kdf::Scrypt(scrypt) => {
            let memory = scrypt.cost_parameter.saturating_mul(u64::from(scrypt.block_size) * 128);
            let cost = scrypt.cost_parameter;
            cost > 1
                && cost.is_power_of_two()
                && memory <= MOST_MEMORY
                && scrypt.block_size > 0
                && (1..=MOST_TIMES).contains(&scrypt.parallelization)
        }
        Kdf::Pbkdf2(pbkdf2) => (1..=MOST_ROUNDS).contains(&pbkdf2.iteration_count),
        _ => false,
    };
    let why = "a passphrase for it would cost too much memory or time";
    sound.then_some(info).ok_or(Shut::Malformed(why))
}

/// Decrypts an `ENCRYPTED PRIVATE KEY`.
pub(super) fn decrypt(
    info: &EncryptedPrivateKeyInfoRef<'_>,
    passphrase: &Passphrase,
) -> Result<Stated, Shut> {
    let decrypted = info.decrypt(passphrase.as_bytes()).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(
            pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. }
            | pkcs8::pkcs5::Error::AlgorithmParametersInvalid { .. },
        ) => Shut::Malformed("it is encrypted in a way that this program does not know"),
        _ => Shut::Passphrase,
    })?;
    // A wrong passphrase has one chance in 256 to look like a right one up to here.
    read(decrypted.as_bytes()).map_err(|why| match why {
        "it is damaged" => Shut::Passphrase,
        why => Shut::Malformed(why),
    })
}
