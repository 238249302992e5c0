// Dragging the points of an agenda by their handle. The arrows beside each point do the same without it.
(() => {
  const prepare = (root) => {
    const list = root.querySelector("[data-agenda] .agenda-list") ?? root.closest?.("[data-agenda]")?.querySelector(".agenda-list");
    if (!list || list.hasAttribute("data-draggable")) return;
    list.setAttribute("data-draggable", "");
    let dragged = null;
    let before = "";
    const order = () => [...list.querySelectorAll("[name=order]")].map((input) => input.value).join();

    // Pointer events: they serve the mouse, the finger and the pen alike.
    list.addEventListener("pointerdown", (event) => {
      const handle = event.target.closest("[data-handle]");
      if (!handle || event.button !== 0) return;
      event.preventDefault();
      dragged = handle.closest("[data-item]");
      before = order();
      dragged.classList.add("is-dragged");
      handle.setPointerCapture(event.pointerId);
    });
    list.addEventListener("pointermove", (event) => {
      if (!dragged) return;
      const others = [...list.querySelectorAll("[data-item]")].filter((item) => item !== dragged);
      const next = others.find((item) => {
        const box = item.getBoundingClientRect();
        return event.clientY < box.top + box.height / 2;
      });
      if (next ? next.previousElementSibling !== dragged : list.lastElementChild !== dragged) list.insertBefore(dragged, next ?? null);
    });
    const drop = () => {
      if (!dragged) return;
      dragged.classList.remove("is-dragged");
      dragged = null;
      if (order() !== before) document.getElementById("ordre").dispatchEvent(new Event("reordered", { bubbles: true }));
    };
    list.addEventListener("pointerup", drop);
    list.addEventListener("pointercancel", drop);
  };
  const start = () => prepare(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
  document.addEventListener("htmx:load", start);
})();
