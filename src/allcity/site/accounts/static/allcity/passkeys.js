// Ties a button to allauth's passkey functions, and says so in words where the device refuses. The tag that loads this
// module names the function, the button and the field for the answer; nothing here is written into the page as script.
const { function: name, button, credential, passwordless } = document.querySelector("script[data-function]").dataset;
const trouble = document.getElementById("passkey_trouble");

if (window.PublicKeyCredential) {
  const ids = { credential, passwordless, data: "js_data", [{ loginForm: "login", addForm: "add", authenticateForm: "authenticate" }[name]]: button };
  window.allauth.webauthn.forms[name]({ ids });
  document.getElementById(button).closest("[hidden]")?.removeAttribute("hidden");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    trouble.hidden = false;
  });
} else {
  document.getElementById(button).disabled = true;
  trouble.hidden = false;
}
