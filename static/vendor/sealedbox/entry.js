// What static/vendor/sealedbox/sealedbox.min.js is built from: libsodium's crypto_box_seal in plain JavaScript.
import nacl from "tweetnacl";
import { blake2b } from "blakejs/blake2b.js";

function joined(first, second) {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

export function keyPair() {
  return nacl.box.keyPair();
}

export function publicKeyOf(secretKey) {
  return nacl.box.keyPair.fromSecretKey(secretKey).publicKey;
}

// ephemeral: only for test vectors; each seal makes its own.
export function seal(message, publicKey, ephemeral = nacl.box.keyPair()) {
  const nonce = blake2b(joined(ephemeral.publicKey, publicKey), null, nacl.box.nonceLength);
  return joined(ephemeral.publicKey, nacl.box(message, nonce, publicKey, ephemeral.secretKey));
}
