// The rich text editor, over a textarea that works alone, and what keeps typed text safe: drafts on the
// server, copies in this browser, calm words when the network or the session is lost. Hooks are data-*.

const DRAFT_AFTER = 3000; // ms without typing before a draft goes to the server
const DRAFT_AT_LEAST = 20000; // ms of typing without a pause before one goes all the same
const COPY_AFTER = 400; // ms before the copy in this browser is written
const RETRY_AFTER = [5000, 10000, 20000, 30000];
const COPY_LIVES = 30 * 24 * 3600 * 1000;
const BEACON_BYTES = 60000; // what a browser sends while a page closes

// Writing ----------------------------------------------------------------------------------------

const escapeHtml = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

// The same reading of plain text as core/richtext/plain.py.
const textToHtml = (text) =>
  text
    .replace(/\r\n?/g, "\n")
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .map((part) => part.replace(/^\n+|\n+$/g, ""))
    .filter((part) => part.trim())
    .map((part) => {
      const lines = part.split("\n").map((line) => line.trim());
      const item = (line) => `<li>${escapeHtml(line)}</li>`;
      const bullet = /^[-–•*]\s+(?=\S)/;
      if (lines.every((line) => bullet.test(line))) return `<ul>${lines.map((line) => item(line.replace(bullet, ""))).join("")}</ul>`;
      const number = /^(\d{1,3})[.)]\s+(?=\S)/;
      if (lines.every((line, index) => Number(line.match(number)?.[1]) === index + 1))
        return `<ol>${lines.map((line) => item(line.replace(number, ""))).join("")}</ol>`;
      return `<p>${lines.map(escapeHtml).join("<br>")}</p>`;
    })
    .join("");

const asHtml = ({ body, writing }) => (writing === "text" ? textToHtml(body) : body);

const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

// What a text says and how it is marked, whatever the way it is written: to compare two texts.
const essence = (text) => {
  const marks = new Set(["STRONG", "B", "EM", "I", "UL", "OL", "LI", "TD", "TH"]);
  const same = { B: "STRONG", I: "EM" };
  const body = parse(asHtml(text));
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const said = [];
  let lastBlock = null;
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.replace(/[\s\u200b\ufeff]+/g, " ");
    if (!words.trim()) continue;
    const path = [];
    let block = null;
    for (let up = walker.currentNode.parentElement; up && up !== body; up = up.parentElement) {
      if (marks.has(up.tagName)) path.push(same[up.tagName] ?? up.tagName);
      if (up.tagName === "A") path.push(up.getAttribute("href"));
      if (!block && /^(P|LI|TD|TH|DIV|H[1-6])$/.test(up.tagName)) block = up;
    }
    if (block !== lastBlock) said.push("¶");
    lastBlock = block;
    said.push(`${path.sort().join(" ")}:${words.trim()}`);
  }
  return said.join("|");
};

// What Word and browsers put on the clipboard, without styles and handlers (a strict policy refuses them),
// headings as bold paragraphs, Word's flat list paragraphs as lists. The server cleans once more.
const cleanPasted = (html) => {
  const bare = html
    .replace(/<(style|script|xml|title)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/[\s"'/]on\w+\s*=/gi, " data-off="));
  const body = parse(bare);
  const style = (element) => element.dataset.style ?? "";
  for (const element of body.querySelectorAll("[data-style]")) {
    const weight = style(element).match(/(?:^|;)\s*font-weight\s*:\s*(\w+)/i)?.[1];
    const slant = style(element).match(/(?:^|;)\s*font-style\s*:\s*(\w+)/i)?.[1];
    const wrap = (name) => {
      const mark = document.createElement(name);
      mark.append(...element.childNodes);
      element.append(mark);
    };
    if (element.matches("span") && /^(bold|[6-9]00)$/i.test(weight ?? "")) wrap("strong");
    if (element.matches("span") && /^(italic|oblique)$/i.test(slant ?? "")) wrap("em");
    if (element.matches("b, strong") && /^(normal|400)$/i.test(weight ?? "")) element.replaceWith(...element.childNodes);
  }
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const paragraph = document.createElement("p");
    const strong = document.createElement("strong");
    strong.append(...heading.childNodes);
    paragraph.append(strong);
    heading.replaceWith(paragraph);
  }
  let lists = [];
  let before = null;
  for (const paragraph of [...body.querySelectorAll("p[data-style*='mso-list'], div[data-style*='mso-list']")]) {
    const wanted = Number(style(paragraph).match(/level(\d+)/i)?.[1] ?? 0);
    if (!wanted) continue;
    const marker = paragraph.querySelector("[data-style*='mso-list']");
    const ordered = /^\(?(\d{1,3}|[a-z]{1,4})[.)]/i.test(marker?.textContent.trim() ?? "");
    marker?.remove();
    if (!before || paragraph.previousElementSibling !== before) lists = [];
    const level = Math.min(wanted, lists.length + 1, 4);
    lists.length = Math.min(lists.length, level);
    if (lists.length === level && lists[level - 1].matches("ol") !== ordered) lists.pop();
    if (lists.length < level) {
      const list = document.createElement(ordered ? "ol" : "ul");
      if (lists.length) lists[lists.length - 1].lastElementChild.append(list);
      else paragraph.before(list);
      lists.push(list);
    }
    const item = document.createElement("li");
    item.append(...paragraph.childNodes);
    lists[lists.length - 1].append(item);
    paragraph.remove();
    before = lists[0];
  }
  for (const element of body.querySelectorAll("[data-style]")) delete element.dataset.style;
  for (const paragraph of body.querySelectorAll("p")) if (!paragraph.textContent.trim() && !paragraph.closest("td, th, li")) paragraph.remove();
  return body.innerHTML;
};

// The editor ---------------------------------------------------------------------------------------

const extensionsOf = (kit, labels) => {
  // The dialog that the bundle just opened gets its name, and the text in its first field is selected.
  const dress = (name) => {
    const dialog = document.querySelector("dialog[open]");
    dialog.setAttribute("aria-label", name);
    dialog.querySelector("input").select();
  };
  const address = (typed) => {
    const href = typed.trim();
    if (/^(https?:|mailto:)/i.test(href)) return href;
    return /^[^\s/@]+@[^\s/@]+$/.test(href) ? `mailto:${href}` : `https://${href.replace(/^\/+/, "")}`;
  };
  const askAddress = kit.updateAttrsDialog(
    { href: { title: labels.URL, required: true } },
    { title: labels["Edit Link"], submitText: labels.Update },
  );
  const Link = kit.Link.extend({
    addCommands() {
      return {
        ...this.parent?.(),
        addLink:
          () =>
          ({ editor }) => {
            if (editor.state.selection.empty && !editor.isActive("link")) return false;
            askAddress(editor, editor.getAttributes("link")).then((answer) => {
              if (!answer) return editor.commands.focus();
              const href = address(answer.href);
              editor.chain().focus().extendMarkRange("link").setLink({ href }).run();
            });
            dress(labels["Edit Link"]);
            return true;
          },
      };
    },
  }).configure({ enableTarget: false, shouldAutoLink: (url) => /^(https?:\/\/|mailto:|www\.)/i.test(url), defaultProtocol: "https" });

  const askTable = kit.updateAttrsDialog(
    {
      rows: { title: labels.Rows, format: "number", default: "3", min: "1", max: "60" },
      cols: { title: labels.Columns, format: "number", default: "3", min: "1", max: "20" },
      header: { title: labels["Include header row"], type: "boolean", default: true },
    },
    { title: labels["Table Properties"], submitText: labels["Insert Table"] },
  );
  const Table = kit.Table.extend({
    addCommands() {
      return {
        ...this.parent?.(),
        insertTableWithOptions:
          () =>
          ({ editor }) => {
            askTable(editor, {}).then((answer) => {
              if (!answer) return editor.commands.focus();
              const rows = Number(answer.rows) || 3;
              const cols = Number(answer.cols) || 3;
              editor.chain().focus().insertTable({ rows, cols, withHeaderRow: answer.header }).run();
            });
            dress(labels["Table Properties"]);
            return true;
          },
      };
    },
  });

  // Tab moves between the cells of a table: Escape leaves the text, so that the keyboard is never caught.
  const Leave = kit.Extension.create({
    name: "leave",
    addKeyboardShortcuts() {
      return {
        Escape: ({ editor }) => {
          editor.view.dom.closest("form")?.querySelector("button[type=submit]")?.focus();
          return true;
        },
      };
    },
  });

  return [
    kit.Document,
    kit.Paragraph,
    kit.Text,
    kit.HardBreak,
    kit.Bold,
    kit.Italic,
    kit.BulletList,
    kit.OrderedList.configure({ enableListAttributes: false }),
    kit.ListItem,
    Link,
    Table,
    kit.TableRow,
    kit.TableHeader,
    kit.TableCell,
    kit.History,
    kit.Dropcursor,
    kit.Gapcursor,
    kit.TrailingNode,
    Leave,
    kit.Menu.configure({
      groups: [{ group: "marks" }, { group: "lists" }, { group: "link" }, { group: "history" }, { group: "table" }],
    }),
  ];
};

const dressToolbar = (editor, labels) => {
  const bar = editor.view.dom.previousElementSibling;
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", labels.toolbar);
  const buttons = [...bar.querySelectorAll("button[data-name]")];
  for (const button of buttons) {
    const { name } = button.dataset;
    const label = labels[name];
    button.classList.remove("material-icons");
    button.title = label;
    button.setAttribute("aria-label", label);
    button.textContent = labels[`short:${name}`] ?? label;
  }
  const sync = () => {
    for (const button of buttons) {
      if (/^(bold|italic|bulletList|orderedList|link)$/.test(button.dataset.name)) {
        const active = button.dataset.name === "bulletList" ? editor.isActive("bulletList") : button.classList.contains("active");
        button.classList.toggle("active", active);
        button.setAttribute("aria-pressed", String(active));
      }
      button.setAttribute("aria-disabled", String(button.classList.contains("disabled")));
    }
  };
  editor.on("transaction", sync);
  sync();
};

// Where the caret of a textarea in plain text falls in the editor: after as many visible characters.
const caretIn = (editor, area) => {
  let left = area.value.slice(0, area.selectionStart).replace(/^([-–•*]|\d{1,3}[.)])\s+/gm, "").replace(/\s/g, "").length;
  let place = editor.state.doc.content.size;
  editor.state.doc.descendants((node, position) => {
    if (left < 0 || !node.isText) return left >= 0;
    for (let index = 0; index < node.text.length; index += 1) {
      if (left === 0) {
        place = position + index;
        left = -1;
        return false;
      }
      if (/\S/.test(node.text[index])) left -= 1;
    }
    if (left === 0) place = position + node.text.length;
    return true;
  });
  return place;
};

const mount = async (area, writing) => {
  const config = JSON.parse(area.dataset.richtext);
  const { labels } = config;
  // The bundle's dialogs ask this function for their words, when they are loaded.
  window.gettext ??= (text) => labels[text] ?? text;
  const kit = await import(config.src);

  const hadFocus = document.activeElement === area;
  const taken = area.value;
  // The editor tidies the text it is given: that is nobody's typing.
  let settled = false;
  const element = document.createElement("div");
  element.className = `prose-editor${area.classList.contains("is-invalid") ? " is-invalid" : ""}`;
  const label = area.labels[0];
  if (label && !label.id) label.id = `${area.id}_label`;
  const attributes = {
    class: "richtext",
    role: "textbox",
    "aria-multiline": "true",
    spellcheck: "true",
    ...(label ? { "aria-labelledby": label.id } : { "aria-label": area.name }),
    ...(area.getAttribute("aria-describedby") ? { "aria-describedby": area.getAttribute("aria-describedby") } : {}),
    ...(area.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
  };
  const editor = new kit.Editor({
    element,
    content: asHtml({ body: area.value, writing: writing.value }),
    extensions: extensionsOf(kit, labels),
    // The editor's own <style> would need a hole in the page's policy: editor.css says the same.
    injectCSS: false,
    editorProps: {
      attributes,
      transformPastedHTML: cleanPasted,
      handleDOMEvents: {
        // A dropped file would replace the page, and the text with it.
        drop: (_view, event) => {
          if (!event.dataTransfer?.files.length) return false;
          event.preventDefault();
          return true;
        },
      },
    },
    onUpdate: () => {
      if (!settled) return;
      area.value = editor.isEmpty ? "" : editor.getHTML();
      writing.value = "html";
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  await new Promise((ready) => (editor.isInitialized ? ready() : editor.on("create", ready)));
  dressToolbar(editor, labels);
  if (area.value !== taken) editor.commands.setContent(asHtml({ body: area.value, writing: writing.value }), { emitUpdate: false });
  const caret = hadFocus && writing.value === "text" ? caretIn(editor, area) : null;
  settled = true;
  area.before(element);
  area.hidden = true;
  label?.addEventListener("click", (event) => {
    event.preventDefault();
    editor.commands.focus();
  });
  if (hadFocus) editor.commands.focus(caret ?? "end");
  return editor;
};

// Keeping ------------------------------------------------------------------------------------------

const storage = {
  keys: () => {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  },
  read: (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write: (key, value) => {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false; // full, or forbidden: the draft on the server remains
    }
  },
  erase: (key) => {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept then.
    }
  },
};

const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]+)`))?.[1];

const keep = (form) => {
  const area = form.querySelector("[data-richtext]");
  const writing = form.querySelector("[data-richtext-writing]");
  const base = form.querySelector("[data-base-version]");
  const { user, store } = form.dataset;
  const prefix = `socle:text:${user}:${store}:`;
  // Each opened page keeps its own copy: two tabs never overwrite each other's.
  const ownKey = prefix + Math.random().toString(36).slice(2, 12);
  const scope = form.closest("[data-editor-page]") ?? document;
  const state = document.querySelector("[data-save-state]");
  const notice = (name) => scope.querySelector(`[data-notice="${name}"]`);
  const limit = JSON.parse(area.dataset.richtext).maxBytes;

  let editor = null;
  let mounting = null;
  const current = () => ({ body: area.value, writing: writing.value });
  const stored = { body: area.defaultValue, writing: writing.defaultValue };
  let storedEssence = form.dataset.unsaved ? null : essence(stored);
  // The browser may give back, after « back », what was typed before.
  if (area.value !== area.defaultValue && /^\s*<(p|ul|ol|table)\b/.test(area.value)) writing.value = "html";
  let sent = form.dataset.unsaved ? null : `${writing.value}:${area.value}`;
  let typedSince = 0;
  let unsent = 0;
  let failures = 0;
  let leaving = false;

  // Words ---------------------------------------------------------------------------------------
  const show = (name, visible, words) => {
    const box = notice(name);
    if (!box) return;
    if (words !== undefined) box.querySelector("[data-words]").textContent = words;
    box.hidden = !visible;
  };
  const say = (name, time) => {
    if (!state) return;
    const words = state.dataset[name];
    state.textContent = time ? words.replace("{time}", time) : words;
    state.dataset.state = name;
  };
  const count = (number) => {
    const box = notice("offline")?.querySelector("[data-pending]");
    if (box) box.textContent = number ? (number === 1 ? box.dataset.one : box.dataset.many.replace("{count}", number)) : "";
  };

  // In this browser -------------------------------------------------------------------------------
  const lines = [...form.querySelectorAll("input[type=text]")].filter((line) => !line.closest(".prose-editor"));
  const writeCopy = () => {
    const fields = Object.fromEntries(lines.map((line) => [line.name, line.value]));
    return storage.write(ownKey, { ...current(), fields, base: base.value, at: Date.now() });
  };
  const eraseCopy = () => storage.erase(ownKey);

  // On the server -----------------------------------------------------------------------------------
  let queue = Promise.resolve();
  const mark = (text = current()) => `${text.writing}:${text.body}`;
  const post = async (url, data, keepalive = false) => {
    const field = form.querySelector("[name=csrfmiddlewaretoken]");
    // Signing in again, in another tab, changes the token.
    field.value = cookie("csrftoken") ?? field.value;
    data.set(field.name, field.value);
    const text = current();
    try {
      const response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(data),
        // Another person may have signed in, in another tab: the text is not theirs.
        headers: { Accept: "application/json", "X-Socle-User": user },
        redirect: "manual",
        keepalive,
      });
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      const answer = isJson ? await response.json() : {};
      // A redirection leads to the sign-in page.
      const status = response.type === "opaqueredirect" ? 401 : response.status;
      return { status, answer, text };
    } catch {
      return { status: 0, answer: {}, text };
    }
  };

  // What an answer means, and what is said of it → "done", "lost" (network or server), "signed-out",
  // "page" (the server has something to show), "refused"
  const understand = ({ status, answer, text }) => {
    if (status === 200) {
      failures = unsent = 0;
      sent = mark(text);
      for (const name of ["offline", "session", "refused"]) show(name, false);
      return "done";
    }
    const isKept = writeCopy();
    if (status === 400 || status === 409) return "page";
    say(isKept ? "local" : "nowhere");
    if (status === 0 || status >= 500) {
      unsent += 1;
      count(unsent);
      show("offline", true);
      clearTimeout(timer);
      timer = setTimeout(send, RETRY_AFTER[Math.min(failures, RETRY_AFTER.length - 1)]);
      failures += 1;
      return "lost";
    }
    if (status === 401) {
      show("session", true);
      return "signed-out";
    }
    show("refused", true, answer.error ?? "");
    return "refused";
  };

  const sendDraft = async () => {
    clearTimeout(timer);
    typedSince = 0;
    if (sent === mark()) return;
    const { draftUrl } = form.dataset;
    const data = new URLSearchParams({ base_version: base.value, [area.name]: area.value, [writing.name]: writing.value });
    const outcome = await post(draftUrl, data);
    const { answer } = outcome;
    const meaning = understand(outcome);
    if (meaning === "page") show("refused", true, answer.error ?? "");
    if (meaning !== "done") return;
    if (answer.newer) show("newer", true, answer.newer);
    if (sent !== mark()) return;
    if (answer.kept) say("kept", answer.at);
    else {
      say("unchanged");
      eraseCopy();
    }
  };
  const send = () => (queue = queue.then(sendDraft));

  let timer;
  let copyTimer;
  const isTooLong = () => area.value.length > limit || (area.value.length > limit / 4 && new Blob([area.value]).size > limit);
  const typed = () => {
    typedSince ||= Date.now();
    say("typing");
    const tooLong = isTooLong();
    show("too-long", tooLong);
    clearTimeout(copyTimer);
    copyTimer = setTimeout(() => {
      writeCopy();
      if (!navigator.onLine) {
        unsent += 1;
        count(unsent);
        show("offline", true);
        say("local");
      }
    }, COPY_AFTER);
    clearTimeout(timer);
    if (tooLong) return;
    timer = setTimeout(send, Date.now() - typedSince > DRAFT_AT_LEAST ? 0 : DRAFT_AFTER);
  };
  for (const field of [area, ...lines]) field.addEventListener("input", typed);

  addEventListener("offline", () => {
    show("offline", true);
    count(unsent);
  });
  const again = () => {
    if (sent !== mark()) send();
    else show("offline", false);
  };
  addEventListener("online", again);
  notice("session")?.querySelector("[data-retry]")?.addEventListener("click", send);
  notice("offline")?.querySelector("[data-retry]")?.addEventListener("click", again);
  // Signed in again in another tab: the text goes on its way by itself.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      if (notice("session") && !notice("session").hidden) send();
      return;
    }
    if (leaving || sent === mark() || isTooLong()) return;
    writeCopy();
    const data = new URLSearchParams({ base_version: base.value, [area.name]: area.value, [writing.name]: writing.value });
    if (String(data).length < BEACON_BYTES) post(form.dataset.draftUrl, data, true);
  });

  // Saving --------------------------------------------------------------------------------------------
  // What the saved text changes around the editor: states of the sections, checks.
  const refresh = async () => {
    try {
      const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (!response.ok || response.redirected) return;
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const part of document.querySelectorAll("[data-refresh][id]")) {
        const other = fresh.getElementById(part.id);
        if (other) part.replaceWith(document.adoptNode(other));
      }
    } catch {
      // The page shows what it showed; the text is saved.
    }
  };
  let native = false;
  const saveNow = async (submitter) => {
    clearTimeout(timer);
    clearTimeout(copyTimer);
    const data = new URLSearchParams(new FormData(form));
    if (submitter?.name) data.set(submitter.name, submitter.value);
    say("saving");
    const outcome = await post(form.getAttribute("action") || location.pathname, data);
    const meaning = understand(outcome);
    const { answer } = outcome;
    if (meaning === "page") {
      // The page that answers shows both texts, or what to correct, with everything that was typed.
      native = true;
      form.requestSubmit(submitter);
    } else if (meaning === "done") {
      base.value = answer.version;
      storedEssence = essence(outcome.text);
      for (const name of ["newer", "draft", "too-long"]) show(name, false);
      const still = sent === mark();
      if (still) eraseCopy();
      if (still && answer.url) {
        leaving = true;
        location.assign(answer.url);
        return;
      }
      say("saved", answer.at);
      if (!still) typed();
      refresh();
    } else {
      const box = notice({ lost: "offline", "signed-out": "session", refused: "refused" }[meaning]);
      box?.scrollIntoView({ block: "nearest" });
      box?.focus({ preventScroll: true });
    }
  };
  let saving = false;
  form.addEventListener("submit", async (event) => {
    if (native || event.submitter?.hasAttribute("data-native")) {
      native = false;
      leaving = true;
      return;
    }
    event.preventDefault();
    if (saving) return;
    saving = true;
    queue = queue.then(() => saveNow(event.submitter)).finally(() => (saving = false));
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit]"));
    }
  });

  // The editor itself ---------------------------------------------------------------------------------
  const ready = () =>
    (mounting ??= mount(area, writing)
      .then((made) => {
        editor = made;
        scope.querySelectorAll("[data-needs-editor]").forEach((part) => (part.hidden = false));
        form.dataset.ready = "yes";
      })
      .catch(() => {
        // The textarea remains: nothing is lost but the buttons.
        mounting = null;
        form.dataset.ready = "no";
      }));
  const put = (text) => {
    const html = asHtml(text);
    if (editor) {
      editor.commands.setContent(html, { emitUpdate: true });
      editor.commands.focus("end");
      return;
    }
    area.value = text.body;
    writing.value = text.writing;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // data-insert="#id": an agency's text goes where the caret is.
  scope.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const source = document.getElementById(button.dataset.insert);
    if (!source) return;
    event.preventDefault();
    await ready();
    if (!editor) return put({ body: asHtml(current()) + source.innerHTML, writing: "html" });
    editor.chain().focus().insertContent(source.innerHTML.trim()).run();
    say("typing");
  });
  // data-fill="id": start again from a text of the page.
  scope.addEventListener("click", (event) => {
    const source = document.getElementById(event.target.closest("[data-fill]")?.dataset.fill);
    if (source) put({ body: source.value, writing: "html" });
  });

  // Found again ---------------------------------------------------------------------------------------
  const drafted = scope.querySelector("[data-draft-body]");
  const known = new Set([storedEssence, essence(current())]);
  if (drafted) known.add(essence({ body: drafted.value, writing: "html" }));
  // After a conflict, both texts stand in the page.
  for (const shown of scope.querySelectorAll("[data-shown-text]")) known.add(essence({ body: shown.value, writing: "html" }));
  const found = [];
  for (const key of storage.keys()) {
    if (!key.startsWith(prefix)) continue;
    const copy = storage.read(key);
    const useless = !copy || Date.now() - copy.at > COPY_LIVES || known.has(essence(copy));
    if (useless) storage.erase(key);
    else {
      known.add(essence(copy));
      found.push({ key, copy });
    }
  }
  const template = scope.querySelector("template[data-found]");
  for (const { key, copy } of found.sort((a, b) => a.copy.at - b.copy.at)) {
    const box = template.content.firstElementChild.cloneNode(true);
    const at = new Date(copy.at);
    const language = document.documentElement.lang;
    box.querySelector("[data-when]").textContent = at.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    const preview = box.querySelector("[data-text]");
    preview.append(...[...parse(asHtml(copy)).children].map((child) => {
      const line = document.createElement("p");
      line.textContent = child.innerText ?? child.textContent;
      return line;
    }));
    const close = () => {
      storage.erase(key);
      box.remove();
    };
    box.querySelector("[data-take]").addEventListener("click", () => {
      // The text goes on from where it began: saving it over a newer version shows both.
      base.value = copy.base;
      for (const line of lines) line.value = copy.fields?.[line.name] ?? line.value;
      put(copy);
      writeCopy();
      close();
    });
    box.querySelector("[data-discard]").addEventListener("click", close);
    template.before(box);
  }
  if (form.dataset.unsaved || essence(current()) !== storedEssence) typed();

  // After the first paint; the textarea takes typing meanwhile.
  const start = () => {
    // Raw HTML would be hard to write in: better the editor at once. Plain text can wait for a pause.
    if (document.activeElement === area && writing.value === "text" && typedSince) {
      let pause = setTimeout(ready, 1200);
      area.addEventListener("input", () => {
        clearTimeout(pause);
        pause = setTimeout(ready, 1200);
      });
      area.addEventListener("blur", ready, { once: true });
    } else ready();
  };
  const later = () => (window.requestIdleCallback ?? ((call) => setTimeout(call, 50)))(start, { timeout: 1000 });
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
};

for (const form of document.querySelectorAll("form[data-editor]")) keep(form);
// The editor alone, in a form that is answered at once: nothing is kept aside.
for (const form of document.querySelectorAll("form[data-rich]"))
  for (const area of form.querySelectorAll("[data-richtext]"))
    mount(area, form.querySelector("[data-richtext-writing]")).then(
      () => (form.dataset.ready = "yes"),
      () => (form.dataset.ready = "no"),
    );
// On a narrow screen the text comes first: the list of sections waits behind its title.
if (matchMedia("(max-width: 900px)").matches) for (const nav of document.querySelectorAll(".editor-nav-phone")) nav.open = false;
