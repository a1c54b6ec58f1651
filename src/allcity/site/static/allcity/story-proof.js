// Does a little work before the form is sent, so that programs send few of them. Without it, fewer are taken.
const form = document.querySelector("form[data-bits]");

async function work(challenge, bits) {
  const words = new TextEncoder();
  for (let number = 0; ; number++) {
    const hash = new DataView(await crypto.subtle.digest("SHA-256", words.encode(`${challenge}:${number}`)));
    if (hash.getUint32(0) >>> (32 - bits) === 0) return number;
  }
}

if (form && globalThis.crypto?.subtle) {
  work(form.elements.challenge.value, Number(form.dataset.bits)).then((number) => {
    form.elements.work.value = number;
  });
}
