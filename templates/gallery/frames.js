// Gives each mail's frame the height of its mail, and opens its links outside of the frame. Reading needs none of it.
(() => {
  const frames = [...document.querySelectorAll("iframe.letter")];
  const fit = (frame) => {
    const mail = frame.contentDocument;
    if (!mail || mail.URL !== "about:srcdoc" || !mail.body || !frame.offsetWidth) return;
    for (const link of mail.links) link.target = "_blank";
    frame.style.height = "0";
    frame.style.height = mail.documentElement.scrollHeight + "px";
  };
  for (const frame of frames) {
    frame.addEventListener("load", () => fit(frame));
    fit(frame);
  }
  for (const fold of document.querySelectorAll("details")) {
    fold.addEventListener("toggle", () => fold.querySelectorAll("iframe.letter").forEach(fit));
  }
  addEventListener("resize", () => frames.forEach(fit));
})();
