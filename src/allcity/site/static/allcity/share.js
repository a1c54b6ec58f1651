// Offers the device's own way to share a link, where it has one. Without it the link, the code and the mail are there.

for (const part of document.querySelectorAll("[data-share]")) {
  const { share: url, title } = part.dataset;
  if (!navigator.canShare?.({ url, title })) continue;
  part.hidden = false;
  part.querySelector("button").addEventListener("click", async () => {
    try {
      await navigator.share({ url, title });
    } catch (error) {
      if (error.name !== "AbortError") throw error; // whoever closes it has changed their mind
    }
  });
}
