// Small improvements; every page works without them. Hooks are data-* attributes.
(() => {
  const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // data-once: a form leaves once. The button keeps its name and value, so it is not disabled.
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll(".is-busy").forEach((button) => {
      button.classList.remove("is-busy");
      button.removeAttribute("aria-disabled");
    });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) {
      event.submitter.classList.add("is-busy");
      event.submitter.setAttribute("aria-disabled", "true");
    }
    // A download leaves the page standing, a lost network too.
    setTimeout(() => release(form), 10000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // data-confirm-leave: the browser asks before typed text is lost.
  const touched = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-confirm-leave]");
    if (form) touched.add(form);
  });
  document.addEventListener("submit", (event) => touched.delete(event.target));
  addEventListener("beforeunload", (event) => {
    if ([...touched].some((form) => form.isConnected)) event.preventDefault();
  });

  // data-menu: one menu open at a time; Escape and a click elsewhere close it.
  const closeMenus = (except) =>
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details[data-menu][open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  // data-picker: a box that filters a long <select>.
  const enhance = (select) => {
    if (select.dataset.ready || select.options.length < 8) return;
    select.dataset.ready = "yes";
    const options = [...select.options].map((option) => ({ option, key: bare(option.text) }));
    const box = document.createElement("input");
    box.type = "search";
    box.className = "form-control picker-filter";
    box.autocomplete = "off";
    const english = document.documentElement.lang === "en";
    box.placeholder = english ? "Type part of a name" : "Écrivez une partie du nom";
    box.setAttribute("aria-label", (english ? "Filter: " : "Filtrer\u00a0: ") + (select.labels[0]?.textContent.trim() ?? ""));
    const count = document.createElement("p");
    count.className = "picker-count";
    count.setAttribute("aria-live", "polite");
    box.addEventListener("input", () => {
      const words = bare(box.value).split(/\s+/).filter(Boolean);
      const chosen = new Set([...select.selectedOptions].map((option) => option.value));
      const fits = ({ option, key }) => !option.value || words.every((word) => key.includes(word));
      // What is chosen stays in a list of several, or typing would lose it.
      const kept = options.filter((entry) => fits(entry) || (select.multiple && entry.option.selected));
      select.replaceChildren(...kept.map((entry) => entry.option));
      const found = kept.filter((entry) => entry.option.value && fits(entry));
      if (!select.multiple) {
        const still = found.find((entry) => chosen.has(entry.option.value));
        const pick = still ?? (words.length ? found[0] : null);
        if (pick) pick.option.selected = true;
        else select.value = "";
      }
      count.textContent = words.length ? (english ? `${found.length} found` : `${found.length} trouvé${found.length > 1 ? "s" : ""}`) : "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    // Enter chooses, it does not send the form half filled.
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        select.focus();
      }
    });
    select.before(box);
    select.after(count);
  };

  // data-copy="#id": puts a text on the clipboard.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const source = button && document.querySelector(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.value ?? source.innerText);
      say(button.dataset.copied);
    } catch {
      getSelection().selectAllChildren(source);
    }
  });

  // A key that does not answer (cancelled, none on this device) is said under its button.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const said = document.getElementById("key-failed");
    const ids = "#passkey_login, #mfa_webauthn_authenticate, #mfa_webauthn_reauthenticate, #mfa_webauthn_add";
    document.querySelector(ids)?.parentElement.after(said);
    said.hidden = false;
  });

  // data-sign-out: what the editor kept in this browser goes with the session.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    for (const key of Object.keys(localStorage)) if (key.startsWith("socle:")) localStorage.removeItem(key);
  });

  // What happens is said in one live region.
  let silence;
  const say = (text) => {
    const live = document.getElementById("annonce");
    if (!live || !text) return;
    live.textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => (live.textContent = ""), 8000);
  };
  document.addEventListener("htmx:sendError", () => say(document.getElementById("annonce")?.dataset.lost));
  document.addEventListener("htmx:responseError", () => say(document.getElementById("annonce")?.dataset.refused));
  document.addEventListener("htmx:configRequest", (event) => {
    const token =
      document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (event.detail.verb !== "get" && token) event.detail.headers["X-CSRFToken"] = token;
  });

  const prepare = (root) => {
    root.querySelectorAll("[data-js-only]").forEach((part) => (part.hidden = false));
    root.querySelectorAll("select[data-picker]").forEach(enhance);
    root.querySelector("[data-focus]")?.focus();
  };
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => event.target instanceof Element && event.target !== document.body && prepare(event.target));
})();
